/** The procedure table, checked against the contract by type: a missing procedure does not compile. */
import { rpc } from './context';
import { app } from './procedures/app';
import { delivery } from './procedures/delivery';
import { forwards } from './procedures/forwards';
import { hosts } from './procedures/hosts';
import { prepare } from './procedures/prepare';
import { services } from './procedures/services';
import { settings } from './procedures/settings';
import { stacks } from './procedures/stacks';
import { tasks } from './procedures/tasks';

export const router = rpc.router({
  app,
  delivery,
  forwards,
  hosts,
  prepare,
  services,
  settings,
  stacks,
  tasks,
});
