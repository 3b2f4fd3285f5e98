import { rpc } from '../context';
import { mapStreamErrors } from '../errors';
import { streamSignal } from '../stream-signal';

export const tasks = {
  watch: rpc.tasks.watch.handler(({ context, signal }) =>
    mapStreamErrors(context.services.tasks.watch(streamSignal(signal)), context.log),
  ),
  cancel: rpc.tasks.cancel.handler(({ context, input }) => context.services.tasks.cancel(input.taskId)),
  dismiss: rpc.tasks.dismiss.handler(({ context, input }) => context.services.tasks.dismiss(input.taskId)),
};
