import { rpc } from '../context';
import { mapStreamErrors } from '../errors';
import { streamSignal } from '../stream-signal';

export const hosts = {
  watch: rpc.hosts.watch.handler(({ context, signal }) =>
    mapStreamErrors(context.services.hosts.watch(streamSignal(signal)), context.log),
  ),
  select: rpc.hosts.select.handler(({ context, input }) => context.services.hosts.select(input.hostId)),
  retry: rpc.hosts.retry.handler(({ context, input }) => context.services.hosts.retry(input.hostId)),
};
