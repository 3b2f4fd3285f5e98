/**
 * Composition root: builds every service once and hands them out. Knows the services and the
 * adapters, but not Electron: the window, the command line and the tests start from here.
 */
import { randomUUID } from 'node:crypto';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalSession, localPrograms, localRegistryAuth } from './adapters/local';
import { createFileLog } from './adapters/log';
import { createSettingsStore } from './adapters/settings-file/settings-store';
import type { Desktop } from './desktop';
import type { Platform } from './platform';
import type { ConsoleContext, ConsoleServices } from './rpc/context';
import { createContainersService } from './services/containers';
import { createDeliveryService } from './services/delivery';
import type { DeliveryService } from './services/delivery/face';
import { createForwardsService } from './services/forwards';
import { createGateProbe } from './services/health/gate';
import { createHealthService } from './services/health/health';
import { createHostsService } from './services/hosts';
import { type HostEndpoint, isSshEndpoint } from './services/hosts/host-endpoint';
import { createSignIn } from './services/hosts/sign-in';
import type { SignInPrompts, SshConfig, SshSession, SshTarget } from './services/hosts/ssh/face';
import { createHostTrust } from './services/hosts/trust';
import type { Log } from './services/log';
import { createPrepareService } from './services/prepare';
import { createSettingsService } from './services/settings/settings';
import { createStacksService, type StackProbe } from './services/stacks';
import { createTasksService } from './services/tasks/tasks';
import { parseSshDestination } from './words/ssh-destination';

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
      await services.forwards.dispose();
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
  const signIn = createSignIn({ newId: randomUUID, now, keychain: platform.keychain, log });
  const config = lazySshConfig(platform);
  const registryAuth = localRegistryAuth(environment);
  /** On request, for a pull alone: the header goes with the call and is stored nowhere. */
  const loginFor = async (reference: string) =>
    settings.get().useLocalRegistryCredentials ? registryAuth(reference) : null;
  const openOverSsh = sshSessions({
    ...{ platform, log, now, config, prompts: signIn.prompts, registryAuth: loginFor },
  });
  const hosts = createHostsService({
    openSession: (host) =>
      isSshEndpoint(host.endpoint)
        ? openOverSsh(host)
        : createLocalSession({ hostId: host.id, endpoint: host.endpoint, tls: host.tls, environment }),
    settings,
    environment,
    homeDirectory,
    now,
    log,
    ssh: { config, signIn },
    interfaces: networkInterfaces,
    // The engine forgets its events within minutes, long before somebody opens a service's page.
    onConnected: (hostId) => {
      if (keepEvents) containers.keepEvents(hostId);
    },
  });
  const probe = gateProbe(now, log);
  const common = { hosts, settings, environment, now, log };
  const delivery: DeliveryService = createDeliveryService({
    ...{ hosts, now, log, scratchDirectory: tmpdir() },
    imageWays: (on, signal) => stacks.imageWays(on, signal),
    record: (...given) => stacks.recordDelivery(...given),
  });
  const stacks = createStacksService({
    ...{ ...common, stacksDirectory, dataDirectory, owner, probe, delivery },
    runHere: localPrograms(environment),
    signsIn: async (reference) => (await loginFor(reference)) !== null,
  });
  const containers = createContainersService({ hosts, stacks, environment, now });
  const tasks = createTasksService({ now, log, newId: randomUUID });
  return {
    hosts,
    settings,
    stacks,
    health: createHealthService({ hosts, stacks, settings, tasks, now, log }),
    containers,
    forwards: createForwardsService({ hosts, stacks, newId: randomUUID, now }),
    delivery,
    prepare: createPrepareService({ hosts, directory: join(dataDirectory, 'prepare'), now, log }),
    tasks,
  };
}

/** Read with the first host over SSH: a start on a local engine pays nothing for it. */
function lazySshConfig({ environment, homeDirectory }: Platform): SshConfig {
  let loading: Promise<SshConfig> | null = null;
  const load = () => {
    loading ??= import('./adapters/ssh-config').then(({ createSshConfig }) =>
      createSshConfig({ environment, homeDirectory }),
    );
    return loading;
  };
  return {
    aliases: async () => (await load()).aliases(),
    resolve: async (destination) => (await load()).resolve(destination),
  };
}

interface SshParts {
  platform: Platform;
  log: Log;
  now: () => number;
  config: SshConfig;
  prompts: SignInPrompts;
  registryAuth: (reference: string) => Promise<string | null>;
}

/** The SSH client is a chunk of its own, loaded with the first host behind it. */
function sshSessions({ platform, config, ...common }: SshParts): (host: HostEndpoint) => Promise<SshSession> {
  const trust = createHostTrust({ log: common.log });
  return async ({ id, endpoint }) => {
    const { createSshSession } = await import('./adapters/ssh');
    const enginePath = parseSshDestination(endpoint)?.path;
    const resolve = async () => {
      const target = await config.resolve(endpoint);
      return session.link.report().handshakes === 0 ? target : hurried(target);
    };
    const session = createSshSession({
      ...common,
      hostId: id,
      endpoint,
      resolve,
      trust,
      ...(enginePath && { enginePath }),
    });
    return session;
  };
}

/** Longer, an attempt begun while the link is down would outlast its return. */
const RECONNECT_ATTEMPT_MS = 4_000;

function hurried(target: SshTarget): SshTarget {
  const connectTimeoutMs = Math.min(target.connectTimeoutMs, RECONNECT_ATTEMPT_MS);
  return { ...target, connectTimeoutMs, jumps: target.jumps.map(hurried) };
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
