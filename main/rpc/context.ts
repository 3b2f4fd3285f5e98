/** What every procedure is given, and the one middleware all of them pass. */
import { implement } from '@orpc/server';
import { contract } from '../../preload/contract/procedures';
import type { Desktop } from '../desktop';
import type { ContainersService } from '../services/containers/face';
import type { DeliveryService } from '../services/delivery/face';
import type { ForwardsService } from '../services/forwards/face';
import type { HealthService } from '../services/health/face';
import type { HostsService } from '../services/hosts/face';
import type { Log } from '../services/log';
import type { PrepareService } from '../services/prepare/face';
import type { SettingsService } from '../services/settings/face';
import type { StacksService } from '../services/stacks/face';
import type { TasksService } from '../services/tasks/face';
import { toWireError } from './errors';

export interface ConsoleServices {
  hosts: HostsService;
  stacks: StacksService;
  health: HealthService;
  containers: ContainersService;
  delivery: DeliveryService;
  forwards: ForwardsService;
  prepare: PrepareService;
  tasks: TasksService;
  settings: SettingsService;
}

export interface ConsoleContext {
  services: ConsoleServices;
  desktop: Desktop;
  log: Log;
  paths: { version: string; dataDirectory: string; logFile: string };
}

export const rpc = implement(contract)
  .$context<ConsoleContext>()
  .use(async ({ context, next }) => {
    try {
      return await next();
    } catch (error) {
      throw toWireError(error, context.log);
    }
  });
