/**
 * Port: one reachable machine with a container engine. `local` and (later) `ssh` implement it;
 * everything above is the same for both.
 */
import type { Duplex } from 'node:stream';
import type { LinkReport } from '../../../preload/contract';
import type { Notifier } from '../../streams/notifier';
import type { EnginePort } from './engine';

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface HostSession extends AsyncDisposable {
  readonly hostId: string;
  /** For messages and copy-as-command: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  readonly engine: EnginePort;
  /** The connection everything goes through; left out where there is none that could be lost by itself. */
  readonly link?: { report(): LinkReport; readonly changes: Notifier };
  /** Runs a program on the host itself, without a shell. Rejects with HOST_UNREACHABLE or NOT_FOUND. */
  run(command: string, args: string[], signal?: AbortSignal): Promise<CommandResult>;
  /**
   * A TCP connection made from the host, so that container addresses and loopback ports mean the
   * host's. Rejects with the system's error code (`ECONNREFUSED`, `ETIMEDOUT`…) in `code`.
   */
  connectTcp(address: string, port: number, signal?: AbortSignal): Promise<Duplex>;
  /** Free and total bytes of the file system that holds `path` on the host; null when it can't be read. */
  freeDisk(path: string, signal?: AbortSignal): Promise<{ freeBytes: number; totalBytes: number } | null>;
  /** Bytes a new process could still get, as the host's kernel estimates it; null when it can't be read. */
  availableMemory(signal?: AbortSignal): Promise<number | null>;
  /** The process that listens on a TCP port of the host; null when nobody does or it can't be told. */
  portOwner(
    hostIp: string,
    port: number,
    signal?: AbortSignal,
  ): Promise<{ listening: boolean; process: string | null }>;
}
