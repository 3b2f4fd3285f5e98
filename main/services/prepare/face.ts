/** Public face of the prepare room: makes a bare Debian or Ubuntu machine ready for the platform. */
import type { LiveUpdate, PreparePlan, PrepareRun, PrepareStep } from '../../../preload/contract';
import type { ApplyProgress } from '../stacks/face';

export interface PrepareService {
  /** Measures the machine and says what would be done; changes nothing. Rejects as `HostsService.ssh` does. */
  plan(hostId: string, signal?: AbortSignal): Promise<PreparePlan>;
  /**
   * Runs the chosen steps in the plan's order, measured anew: what is in place by then is left alone. Stops at
   * the first that fails. Goes on over a lost link: the step runs on the host by itself and is picked up again.
   */
  run(
    hostId: string,
    steps: PrepareStep['id'][],
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<string>;
  undo(
    hostId: string,
    step: PrepareStep['id'],
    progress: ApplyProgress,
    signal: AbortSignal,
  ): Promise<string>;
  /** The steps as they ran last on this host. */
  watch(hostId: string, signal: AbortSignal): AsyncIterable<LiveUpdate<PrepareRun>>;
}
