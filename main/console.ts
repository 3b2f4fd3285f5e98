/**
 * Composition root: builds every service once and hands them out. Knows the services and the
 * adapters, but not Electron: the window, the command line and the tests start from here.
 */
import { randomUUID } from 'node:crypto';
import { createLocalSession } from './adapters/local';
import { createFileLog } from './adapters/log';
import { createSettingsStore } from './adapters/settings-file/settings-store';
import type { Desktop } from './desktop';
import type { Platform } from './platform';
import type { ConsoleContext, ConsoleServices } from './rpc/context';
import { createContainersService } from './services/containers';
import { createGateProbe } from './services/health/gate';
import { createHealthService } from './services/health/health';
import { createHostsService } from './services/hosts';
import type { OpenSession } from './services/hosts/host-endpoint';
import type { Log } from './services/log';
import { createSettingsService } from './services/settings/settings';
import { createStacksService, type StackProbe } from './services/stacks';
import { createTasksService } from './services/tasks/tasks';

export interface Console {
  services: ConsoleServices;
  context: ConsoleContext;
  desktop: Desktop;
  log: Log;
  logFile: string;
  /** Cancels running tasks, waits for them at most `deadlineMs`, and lets every connection go. */
  dispose(deadlineMs?: number): Promise<void>;
}

/** How long tasks may take to reach a safe point when the console ends. */
const DEFAULT_DEADLINE_MS = 5_000;

/** Without a desktop, as on the command line, nothing is kept for a window to show later. */
export function createConsole(platform: Platform, given?: Desktop): Console {
  const log = createFileLog(platform.logDirectory);
  const desktop = given ?? withoutDesktop();
  const services = createServices(platform, log, { keepEvents: given !== undefined });
  const paths = { version: platform.version, dataDirectory: platform.dataDirectory, logFile: log.file };
  return {
    services,
    desktop,
    log,
    logFile: log.file,
    context: { services, desktop, log, paths },
    async dispose(deadlineMs = DEFAULT_DEADLINE_MS) {
      await services.tasks.stopAll(deadlineMs);
      await services.health.dispose();
      await services.containers.dispose();
      await services.hosts.dispose();
    },
  };
}

function createServices(
  platform: Platform,
  log: Log,
  { keepEvents }: { keepEvents: boolean },
): ConsoleServices {
  const { environment, homeDirectory, stacksDirectory, dataDirectory, owner } = platform;
  const now = Date.now;
  const store = createSettingsStore({
    directory: platform.configDirectory,
    onSetAside: (movedTo) => log.warn('The settings file could not be read and was set aside', { movedTo }),
  });
  const settings = createSettingsService({ store, log });
  const openSession: OpenSession = ({ id, endpoint, tls }) => {
    // The engine forgets its events within minutes, long before somebody opens a service's page. Not within
    // this call: the events are read over the very session that it makes.
    if (keepEvents) queueMicrotask(() => containers.keepEvents(id));
    return createLocalSession({ hostId: id, endpoint, tls, environment });
  };
  const hosts = createHostsService({ openSession, settings, environment, homeDirectory, now, log });
  const probe = gateProbe(now, log);
  const common = { hosts, settings, environment, now, log };
  const stacks = createStacksService({ ...common, stacksDirectory, dataDirectory, owner, probe });
  const containers = createContainersService({ hosts, stacks, environment, now });
  const tasks = createTasksService({ now, log, newId: randomUUID });
  return {
    hosts,
    settings,
    stacks,
    health: createHealthService({ hosts, stacks, settings, tasks, now, log }),
    containers,
    tasks,
  };
}

/** Lets an apply pass its gates on the health room's own probe instead of waiting for the engine's. */
function gateProbe(now: () => number, log: Log): StackProbe {
  return ({ session, loaded }) => createGateProbe({ session, project: loaded.project, now, log });
}

/** What the command line and tests get: no browser, no dialog. */
function withoutDesktop(): Desktop {
  return {
    versions: { electron: 'none', chrome: 'none', node: process.versions.node },
    runtimeNotice: null,
    openExternal: async () => false,
    chooseComposeFiles: async () => [],
    showInFolder: () => undefined,
  };
}
