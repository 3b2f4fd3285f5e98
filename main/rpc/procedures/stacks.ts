import { DomainError } from '../../services/errors';
import type { ApplyOutcome, ApplyProgress, OnStack } from '../../services/stacks/face';
import type { TaskRequest } from '../../services/tasks/face';
import { type ConsoleServices, rpc } from '../context';
import { mapStreamErrors } from '../errors';
import { streamSignal } from '../stream-signal';

type Work = (on: OnStack, progress: ApplyProgress, signal: AbortSignal) => Promise<ApplyOutcome>;

export const stacks = {
  watch: rpc.stacks.watch.handler(({ context, input, signal }) =>
    mapStreamErrors(context.services.stacks.watch(input.hostId, streamSignal(signal)), context.log),
  ),
  add: rpc.stacks.add.handler(({ context, input }) =>
    context.services.stacks.add(input.files, input.project),
  ),
  forget: rpc.stacks.forget.handler(({ context, input }) => context.services.stacks.forget(input.stackId)),
  preflight: rpc.stacks.preflight.handler(({ context, input, signal }) =>
    context.services.stacks.preflight(input, signal),
  ),
  plan: rpc.stacks.plan.handler(({ context, input, signal }) =>
    context.services.stacks.plan(input, signal, { services: [], removeOrphans: input.removeOrphans }),
  ),
  apply: rpc.stacks.apply.handler(({ context: { services }, input }) =>
    begin(services, input, { kind: 'apply', verb: 'Apply' }, (on, progress, signal) =>
      services.stacks.apply(
        on,
        { services: input.services, removeOrphans: input.removeOrphans },
        progress,
        signal,
      ),
    ),
  ),
  continueApply: rpc.stacks.continueApply.handler(({ context: { services }, input }) =>
    begin(services, input, { kind: 'apply', verb: 'Continue the apply of' }, (on, progress, signal) =>
      services.stacks.continueApply(on, input.journalId, progress, signal),
    ),
  ),
  undoApply: rpc.stacks.undoApply.handler(({ context: { services }, input }) =>
    begin(services, input, { kind: 'undo', verb: 'Undo the apply of' }, (on, progress, signal) =>
      services.stacks.undoApply(on, input.journalId, progress, signal),
    ),
  ),
  dismissApply: rpc.stacks.dismissApply.handler(({ context, input }) =>
    context.services.stacks.dismissApply(input, input.journalId),
  ),
  continueRemoval: rpc.stacks.continueRemoval.handler(async ({ context: { services }, input }) => {
    await requireName(services, input, input.confirm);
    return begin(services, input, { kind: 'remove', verb: 'Continue removing' }, (on, progress, signal) =>
      services.stacks.continueRemoval(on, input.journalId, progress, signal),
    );
  }),
  continueAct: rpc.stacks.continueAct.handler(async ({ context: { services }, input }) => {
    const kind = await interruptedAct(services, input, input.journalId);
    return begin(services, input, { kind, verb: `Continue the ${kind} of` }, (on, progress, signal) =>
      services.stacks.continueAct(on, input.journalId, progress, signal),
    );
  }),
  history: rpc.stacks.history.handler(({ context, input }) => context.services.stacks.history(input)),
  lock: rpc.stacks.lock.handler(({ context, input }) => context.services.stacks.lock(input)),
  breakLock: rpc.stacks.breakLock.handler(async ({ context, input }) => {
    await requireName(context.services, input, input.confirm);
    await context.services.stacks.breakLock(input);
  }),
  removalPreview: rpc.stacks.removalPreview.handler(({ context, input }) =>
    context.services.stacks.removalPreview(input),
  ),
  remove: rpc.stacks.remove.handler(async ({ context: { services }, input }) => {
    await requireName(services, input, input.confirm);
    return begin(services, input, { kind: 'remove', verb: 'Remove' }, (on, progress, signal) =>
      services.stacks.remove(on, { volumes: input.volumes }, progress, signal),
    );
  }),
};

/** Destructive acts need the project's name typed; the check is here so that no caller can leave it out. */
async function requireName(services: ConsoleServices, input: OnStack, typed: string): Promise<void> {
  const expected = await services.stacks.projectName(input.stackId);
  if (typed === expected) return;
  const message = `The typed name does not match. To confirm, type ${expected}.`;
  throw new DomainError('CONFIRMATION_MISMATCH', { expected }, message);
}

/** What was interrupted names the task; whether it can be continued is for the service to say. */
async function interruptedAct(
  services: ConsoleServices,
  on: OnStack,
  journalId: string,
): Promise<'start' | 'stop' | 'restart'> {
  const record = (await services.stacks.history(on)).find((one) => one.journalId === journalId);
  return record?.change === 'start' || record?.change === 'stop' ? record.change : 'restart';
}

async function begin(
  services: ConsoleServices,
  input: OnStack,
  words: { kind: TaskRequest['kind']; verb: string },
  work: Work,
): Promise<{ taskId: string }> {
  const on = { hostId: input.hostId, stackId: input.stackId };
  const project = await services.stacks.projectName(on.stackId);
  const { taskId } = services.tasks.withTask(
    { kind: words.kind, title: `${words.verb} ${project}`, ...on },
    async (progress, signal) => (await work(on, progress, signal)).summary,
  );
  return { taskId };
}
