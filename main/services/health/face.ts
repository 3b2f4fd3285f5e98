/** Public face of the health room: one live row per service, with a verdict that was observed. */
import type { Attention, LiveUpdate, ProbeResult, ServiceRow } from '../../../preload/contract';
import type { OnStack } from '../stacks/face';

export { routesTo } from './routes';

export interface HealthService {
  watchRows(on: OnStack, signal: AbortSignal): AsyncIterable<LiveUpdate<ServiceRow>>;
  watchAttention(on: OnStack, signal: AbortSignal): AsyncIterable<LiveUpdate<Attention>>;
  /** One observation now, probes included: for `bizosaas status`. Takes at most the longest probe time-out. */
  rowsOnce(on: OnStack, signal?: AbortSignal): Promise<ServiceRow[]>;
  /** Newest first, at most 200 per service, kept while the stack is supervised. */
  probes(on: OnStack, service: string): Promise<ProbeResult[]>;
  /**
   * Whether somebody is at the window that shows the rows; taken to be so until told. While nobody is, what is well
   * is looked at less often, and its age says so; whatever changes on the engine, or is not well, still shows at once.
   */
  setAttended(attended: boolean): void;
  dispose(): Promise<void>;
}
