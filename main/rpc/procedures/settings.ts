import { rpc } from '../context';

export const settings = {
  get: rpc.settings.get.handler(({ context }) => context.services.settings.get()),
  change: rpc.settings.change.handler(({ context, input }) => context.services.settings.change(input)),
};
