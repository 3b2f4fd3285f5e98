import { rpc } from '../context';

export const delivery = {
  plan: rpc.delivery.plan.handler(({ context, input, signal }) =>
    context.services.delivery.plan(input, signal),
  ),
  run: rpc.delivery.run.handler(async ({ context: { services }, input }) => {
    const { hostId, stackId } = input;
    const { endpoint } = await services.hosts.ssh(hostId);
    const title = `Deliver images to ${endpoint.replace(/^ssh:\/\//, '')}`;
    const { taskId } = services.tasks.withTask(
      { kind: 'deliver', title, hostId, stackId },
      (progress, signal) => services.delivery.run(input, progress, signal),
    );
    return { taskId };
  }),
};
