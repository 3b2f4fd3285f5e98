import { rpc } from '../context';
import { mapStreamErrors } from '../errors';
import { streamSignal } from '../stream-signal';

export const forwards = {
  watch: rpc.forwards.watch.handler(({ context, signal }) =>
    mapStreamErrors(context.services.forwards.watch(streamSignal(signal)), context.log),
  ),
  open: rpc.forwards.open.handler(({ context, input, signal }) => {
    const { service, port, ...on } = input;
    return context.services.forwards.open(on, service, port, signal);
  }),
  openPort: rpc.forwards.openPort.handler(({ context, input }) =>
    context.services.forwards.openPort(input.hostId, input.port),
  ),
  close: rpc.forwards.close.handler(({ context, input }) => context.services.forwards.close(input.id)),
};
