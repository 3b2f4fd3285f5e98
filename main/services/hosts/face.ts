/** Public face of the hosts room: which engines exist, which one is shown, and a live session to it. */
import type { HopReport, Host, LiveUpdate, SignInAnswer, SignInQuestion } from '../../../preload/contract';
import type { HostSession } from './host-session';
import type { SshSession } from './ssh/face';

export interface HostsService {
  list(): Promise<Host[]>;
  watch(signal: AbortSignal): AsyncIterable<LiveUpdate<Host>>;
  /** The host every screen shows: the one chosen in settings, else DOCKER_HOST, the current context, the default socket. */
  selected(): Promise<Host>;
  select(hostId: string): Promise<void>;
  /**
   * Connects on demand and answers the shared session. Rejects with ENGINE_UNAVAILABLE, HOST_UNREACHABLE or NOT_FOUND,
   * and over SSH with AUTH_REQUIRED, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED or CANCELLED: these stay until `retry`,
   * since trying again by itself could lock an account.
   */
  session(hostId: string, signal?: AbortSignal): Promise<HostSession>;
  /**
   * Likewise, as soon as the engine answers: before it said what it is, so that `connection` may still say connecting.
   */
  greeted(hostId: string, signal?: AbortSignal): Promise<HostSession>;
  /**
   * The same shared session of a host over SSH, whether or not an engine answers there; nothing is connected by
   * the call itself. Rejects with CONFLICT for a host without SSH, NOT_FOUND for an unknown one.
   */
  ssh(hostId: string, signal?: AbortSignal): Promise<SshSession>;
  /** Skips the back-off and tries now. */
  retry(hostId: string): Promise<void>;
  /** The machine woke up or its network changed: SSH connections are made anew, waits are cut short. */
  renew(reason: string): void;
  /**
   * Connection changes of one host, the current one first. The engine is checked at least every
   * two seconds while somebody watches, so a dead engine shows within five; over SSH every three, so that even a
   * silent loss shows within fifteen.
   */
  connection(hostId: string, signal: AbortSignal): AsyncIterable<Host['connection']>;
  /** Aliases of the SSH configuration that a person can pick. Rejects with INVALID_INPUT for a file that can't be read. */
  aliases(): Promise<{ alias: string; description: string }[]>;
  /**
   * `[user@]host[:port]`, an alias, or `ssh://…`. Nothing is connected; adding the same again answers the same host.
   * Without `remember` for this run only. Rejects with INVALID_INPUT.
   */
  add(destination: string, options?: { remember: boolean }): Promise<Host>;
  /** Only hosts that were added, else CONFLICT; their remembered secrets go with them. */
  forget(hostId: string): Promise<void>;
  /** Probes hop by hop; one list after every change, the last when all have ended. Rejects as `ssh` does. */
  probe(hostId: string, signal: AbortSignal): AsyncIterable<{ hops: HopReport[] }>;
  /** What signing in needs of a person. While nobody watches, a sign-in that needs one fails at once. */
  questions(signal: AbortSignal): AsyncIterable<LiveUpdate<SignInQuestion>>;
  /** Rejects with NOT_FOUND for a question that is no longer open, INVALID_INPUT for an answer of another kind. */
  answer(questionId: string, answer: SignInAnswer): Promise<void>;
  dispose(): Promise<void>;
}
