/** Public face of the hosts room: which engines exist, which one is shown, and a live session to it. */
import type { Host, LiveUpdate } from '../../../preload/contract';
import type { HostSession } from './host-session';

export interface HostsService {
  list(): Promise<Host[]>;
  watch(signal: AbortSignal): AsyncIterable<LiveUpdate<Host>>;
  /** The host every screen shows: the one chosen in settings, else DOCKER_HOST, the current context, the default socket. */
  selected(): Promise<Host>;
  select(hostId: string): Promise<void>;
  /** Connects on demand and answers the shared session. Rejects with ENGINE_UNAVAILABLE, HOST_UNREACHABLE or NOT_FOUND. */
  session(hostId: string, signal?: AbortSignal): Promise<HostSession>;
  /** Skips the back-off and tries now. */
  retry(hostId: string): Promise<void>;
  /**
   * Connection changes of one host, the current one first. The engine is checked at least every
   * two seconds while somebody watches, so a dead engine shows within five.
   */
  connection(hostId: string, signal: AbortSignal): AsyncIterable<Host['connection']>;
  dispose(): Promise<void>;
}
