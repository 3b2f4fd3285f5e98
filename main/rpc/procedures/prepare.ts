import type { ApplyProgress } from '../../services/stacks/face';
import { type ConsoleServices, rpc } from '../context';
import { mapStreamErrors } from '../errors';
import { streamSignal } from '../stream-signal';

type Work = (progress: ApplyProgress, signal: AbortSignal) => Promise<string>;

export const prepare = {
  plan: rpc.prepare.plan.handler(({ context, input, signal }) =>
    context.services.prepare.plan(input.hostId, signal),
  ),
  run: rpc.prepare.run.handler(({ context: { services }, input: { hostId, steps } }) =>
    begin(services, { hostId, verb: 'Prepare' }, (progress, signal) =>
      services.prepare.run(hostId, steps, progress, signal),
    ),
  ),
  undo: rpc.prepare.undo.handler(({ context: { services }, input: { hostId, step } }) =>
    begin(services, { hostId, verb: `Take back the step ${step} on` }, (progress, signal) =>
      services.prepare.undo(hostId, step, progress, signal),
    ),
  ),
  watch: rpc.prepare.watch.handler(({ context, input, signal }) =>
    mapStreamErrors(context.services.prepare.watch(input.hostId, streamSignal(signal)), context.log),
  ),
};

/** Rejects as `HostsService.ssh` does before a task is made: a host without SSH has no task to fail. */
async function begin(
  services: ConsoleServices,
  { hostId, verb }: { hostId: string; verb: string },
  work: Work,
): Promise<{ taskId: string }> {
  const { endpoint } = await services.hosts.ssh(hostId);
  const title = `${verb} ${endpoint.replace(/^ssh:\/\//, '')}`;
  const { taskId } = services.tasks.withTask({ kind: 'prepare', title, hostId, stackId: null }, work);
  return { taskId };
}
