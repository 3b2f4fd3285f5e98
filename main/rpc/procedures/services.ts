import { rpc } from '../context';
import { mapStreamErrors } from '../errors';
import { streamSignal } from '../stream-signal';

const ACTION_WORDS = { start: 'Start', stop: 'Stop', restart: 'Restart' } as const;

export const services = {
  watch: rpc.services.watch.handler(({ context, input, signal }) =>
    mapStreamErrors(context.services.health.watchRows(input, streamSignal(signal)), context.log),
  ),
  attention: rpc.services.attention.handler(({ context, input, signal }) =>
    mapStreamErrors(context.services.health.watchAttention(input, streamSignal(signal)), context.log),
  ),
  act: rpc.services.act.handler(({ context: { services: all }, input }) => {
    const title = `${ACTION_WORDS[input.action]} ${input.services.join(', ')}`;
    const { taskId } = all.tasks.withTask(
      { kind: input.action, title, ...place(input) },
      async (progress, signal) => {
        const outcome = await all.stacks.act(place(input), input.services, input.action, progress, signal);
        return outcome.summary;
      },
    );
    return { taskId };
  }),
  logs: rpc.services.logs.handler(({ context, input, signal }) =>
    mapStreamErrors(
      context.services.containers.followLogs(input, input.service, input.tail, streamSignal(signal)),
      context.log,
    ),
  ),
  probes: rpc.services.probes.handler(({ context, input }) =>
    context.services.health.probes(input, input.service),
  ),
  events: rpc.services.events.handler(({ context, input }) =>
    context.services.containers.events(input, input.service),
  ),
  configuration: rpc.services.configuration.handler(({ context, input }) =>
    context.services.containers.configuration(input, input.service),
  ),
  inspect: rpc.services.inspect.handler(async ({ context, input }) => ({
    json: await context.services.containers.inspect(input, input.service),
  })),
};

function place(input: { hostId: string; stackId: string }) {
  return { hostId: input.hostId, stackId: input.stackId };
}
