/** Public face of the containers room: what one container says and is. Secrets leave masked. */
import type { Configuration, EngineEventRow, LogBatch, LogLine } from '../../../preload/contract';
import type { OnStack } from '../stacks/face';

export { findContainer } from './find';

export interface ContainersService {
  /** Batches every 50 ms or 200 lines; follows across restarts and recreation of the container. */
  followLogs(on: OnStack, service: string, tail: number, signal: AbortSignal): AsyncIterable<LogBatch>;
  readLogs(on: OnStack, service: string, tail: number, signal?: AbortSignal): Promise<LogLine[]>;
  /** Newest first, at most 500, of the last 24 hours. */
  events(on: OnStack, service: string): Promise<EngineEventRow[]>;
  configuration(on: OnStack, service: string): Promise<Configuration>;
  inspect(on: OnStack, service: string): Promise<string>;
  /** Begins to remember a host's container events; the engine itself forgets them within minutes. Every other call on the host does so too. */
  keepEvents(hostId: string): void;
  dispose(): Promise<void>;
}
