/**
 * The joints between the SSH adapter and the rooms that decide for it: where a destination leads
 * (`SshTarget`), whether a presented host key is trusted (`HostTrust`), who answers when a person has to
 * (`SignInPrompts`), and what a link says of itself (`LinkReport`). Everything here is free of ssh2.
 */
import type { Duplex } from 'node:stream';
import type { HopReport, LinkReport } from '../../../../preload/contract';
import type { Notifier } from '../../../streams/notifier';
import type { EnginePort } from '../engine';
import type { HostSession } from '../host-session';

/** One machine to sign in to, every value effective: what `ssh -G` would print. */
export interface SshTarget {
  /** What the person wrote or picked: an alias of ~/.ssh/config, a name or an address. */
  alias: string;
  host: string;
  port: number;
  user: string;
  /** Absolute paths in the order they are tried; files that are missing are left out. */
  identityFiles: string[];
  /** Offer nothing of the agent besides the keys of `identityFiles`. */
  identitiesOnly: boolean;
  /** Socket or named pipe of the agent; null when there is none or `IdentityAgent none`. */
  agent: string | null;
  /** Asked after `agent`, where nobody chose one and several may hold keys. */
  furtherAgents?: string[];
  /** Machines to pass through, nearest to this machine first. A jump has no jumps of its own. */
  jumps: SshTarget[];
  /** The name known_hosts is asked for; `[host]:port` when the port is not 22. */
  hostKeyName: string;
  /** Absolute paths; the first is written to. */
  knownHostsFiles: string[];
  connectTimeoutMs: number;
  keepaliveIntervalMs: number;
  keepaliveCountMax: number;
  /** Settings of the configuration that change the way in and can't be honoured, said before connecting. */
  unsupported: string[];
}

/** Port: reads the SSH client's configuration. Implemented in adapters/ssh-config. */
export interface SshConfig {
  /** Aliases a person can pick: Host lines without wildcards, Include followed. */
  aliases(): Promise<{ alias: string; description: string }[]>;
  /**
   * `destination` is `[user@]host[:port]`, an alias, or `ssh://[user@]host[:port]`. Rejects with
   * INVALID_INPUT for words that are no destination, or a configuration file that can't be read (file and line).
   */
  resolve(destination: string): Promise<SshTarget>;
}

export interface PresentedHostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`… */
  type: string;
  /** The key as it goes over the wire. */
  blob: Buffer;
  /** `SHA256:` and base64 without padding, as ssh-keygen prints it. */
  fingerprint: string;
}

export interface KnownKey {
  type: string;
  fingerprint: string;
  file: string;
  /** 1-based. */
  line: number;
  /** The names of a line that is for other machines too, as they are written. */
  patterns?: string;
}

export type TrustVerdict =
  | { kind: 'trusted' }
  /** `notes`: for example that a @cert-authority line matches, which is not supported. */
  | { kind: 'unknown'; notes: string[] }
  /** A key of this host is known and it is another one. */
  | { kind: 'changed'; known: KnownKey[] }
  | { kind: 'revoked'; known: KnownKey };

/** Who the machine at the other end is allowed to be; known_hosts is shared with the ssh command. */
export interface HostTrust {
  verify(target: SshTarget, key: PresentedHostKey): Promise<TrustVerdict>;
  /** Adds the key to the first known_hosts file, keeping every other line as it is. */
  remember(target: SshTarget, key: PresentedHostKey): Promise<void>;
  /** Types of the keys that are known for this host, so that the server is asked for one of them. */
  knownTypes(target: SshTarget): Promise<string[]>;
}

/**
 * Who answers when a secret or a decision is needed. Each rejects with AUTH_REQUIRED (or HOST_KEY_UNKNOWN for
 * the key) when nobody is there to be asked, and with CANCELLED when the person declines. `attempt` is 1 for
 * the first time and rises when an answer was wrong.
 */
export interface SignInPrompts {
  /** Resolves when the key is to be trusted; the adapter then calls `HostTrust.remember`. */
  decideHostKey(
    question: { hostId: string; target: SshTarget; key: PresentedHostKey; notes: string[] },
    signal?: AbortSignal,
  ): Promise<void>;
  passphrase(
    question: { hostId: string; target: SshTarget; keyFile: string; attempt: number },
    signal?: AbortSignal,
  ): Promise<string>;
  password(
    question: { hostId: string; target: SshTarget; attempt: number },
    signal?: AbortSignal,
  ): Promise<string>;
  answers(
    question: {
      hostId: string;
      target: SshTarget;
      title: string;
      instructions: string;
      prompts: { text: string; echo: boolean }[];
    },
    signal?: AbortSignal,
  ): Promise<string[]>;
  /** The password `sudo` asks for on that host. */
  sudoPassword(
    question: { hostId: string; target: SshTarget; attempt: number },
    signal?: AbortSignal,
  ): Promise<string>;
  /** The server refused what was answered: a remembered secret is forgotten. */
  refused(hostId: string, target: SshTarget, what: 'passphrase' | 'password' | 'sudo'): void;
}

/**
 * Port: where the operating system keeps secrets. `weak`: what is kept can be read by whoever reads the file.
 * Keys hold no secret. Calls may wait for a person who unlocks the keychain, so none is made at start.
 */
export interface Keychain {
  readonly strength: 'strong' | 'weak' | 'none';
  /** Null when nothing is kept under this key, or what is kept can't be opened any more. */
  read(key: string): Promise<string | null>;
  write(key: string, secret: string): Promise<void>;
  remove(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

/** A host behind SSH: everything a `HostSession` does through one connection, and a second one while bulk data moves. */
export interface SshSession extends HostSession {
  readonly link: {
    report(): LinkReport;
    readonly changes: Notifier;
    /** This machine's address of the open connection, without a zone; null where none is open or it is not known. */
    localAddress?(): string | null;
  };
  /** Drops the connection and makes a new one at once: after sleep or a change of network it is dead without knowing. */
  renew(reason: string): void;
  /**
   * Connects if need be and probes hop by hop, each hop reported as it ends. Never rejects: the last report
   * says what failed.
   */
  probe(onHop: (hop: HopReport) => void, signal?: AbortSignal): Promise<HopReport[]>;
  /**
   * Runs a program as root: as it is for root, else through `sudo -n`, else through sudo with the password
   * `SignInPrompts.sudoPassword` gives. Lines of both outputs are handed on as they come.
   */
  runAsRoot(
    script: string,
    options: { onLine?: (line: { stream: 'stdout' | 'stderr'; text: string }) => void; signal?: AbortSignal },
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /**
   * Runs `work` on a connection of its own that is closed afterwards, so that bulk data never slows the first
   * one. `engine` is the host's engine over that connection.
   */
  withBulk<T>(work: (bulk: BulkChannel) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface BulkChannel {
  readonly engine: EnginePort;
  /** A program with its input and outputs as streams, without a pseudo-terminal. */
  open(command: string, signal?: AbortSignal): Promise<RemoteProgram>;
  /** The engine's socket on that machine, and whether only root may open it (through `sudo -n`). */
  engineSocket(signal?: AbortSignal): Promise<{ path: string; asRoot: boolean }>;
  /** Bytes that went over the wire of this connection. */
  wireBytes(): { sent: number; received: number };
}

export interface RemoteProgram {
  /** Writable: the program's input. Readable: its standard output. */
  readonly stream: Duplex;
  /** Resolves when the program has ended and everything it said was read. */
  readonly ended: Promise<{ exitCode: number; stderr: string }>;
}
