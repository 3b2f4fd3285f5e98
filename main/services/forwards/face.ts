/** Public face of the forwards room: ports of this machine that lead to a host's services and stay bound while the link is lost. */
import type { Forward, LiveUpdate } from '../../../preload/contract';
import type { OnStack } from '../stacks/face';

export interface ForwardsService {
  watch(signal: AbortSignal): AsyncIterable<LiveUpdate<Forward>>;
  /**
   * Opening the same again answers the one that is open. Without `port` the port of the service's HTTP probe, else
   * the first it publishes. The local port is the published one when it is free, else another. Rejects with
   * NOT_FOUND without a container, CONFLICT for a service without a port or too many forwards, and as
   * `HostsService.session` does.
   */
  open(on: OnStack, service: string, port?: number, signal?: AbortSignal): Promise<Forward>;
  /** Leads to a port on the host's loopback address. Nothing is connected by the call. */
  openPort(hostId: string, port: number): Promise<Forward>;
  /** Ends its connections. Rejects with NOT_FOUND for an unknown one. */
  close(id: string): Promise<void>;
  dispose(): Promise<void>;
}
