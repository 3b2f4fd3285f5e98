import { rpc } from '../context';
import { mapStreamErrors } from '../errors';
import { streamSignal } from '../stream-signal';

export const hosts = {
  watch: rpc.hosts.watch.handler(({ context, signal }) =>
    mapStreamErrors(context.services.hosts.watch(streamSignal(signal)), context.log),
  ),
  select: rpc.hosts.select.handler(({ context, input }) => context.services.hosts.select(input.hostId)),
  retry: rpc.hosts.retry.handler(({ context, input }) => context.services.hosts.retry(input.hostId)),
  aliases: rpc.hosts.aliases.handler(({ context }) => context.services.hosts.aliases()),
  add: rpc.hosts.add.handler(({ context, input }) => context.services.hosts.add(input.destination)),
  forget: rpc.hosts.forget.handler(({ context, input }) => context.services.hosts.forget(input.hostId)),
  probe: rpc.hosts.probe.handler(({ context, input, signal }) =>
    mapStreamErrors(context.services.hosts.probe(input.hostId, streamSignal(signal)), context.log),
  ),
  questions: rpc.hosts.questions.handler(({ context, signal }) =>
    mapStreamErrors(context.services.hosts.questions(streamSignal(signal)), context.log),
  ),
  answer: rpc.hosts.answer.handler(({ context, input }) =>
    context.services.hosts.answer(input.questionId, input.answer),
  ),
};
