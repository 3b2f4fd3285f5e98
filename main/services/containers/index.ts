import type { HostsService } from '../hosts/face';
import { createMasker, knownSecretValues, type Masker } from '../secrets/face';
import type { LoadedCompose } from '../stacks/compose-file/model';
import type { OnStack, StacksService } from '../stacks/face';
import { commandsFor, configurationSections } from './configuration';
import { createEventLog, type EventLog } from './event-log';
import type { ContainersService } from './face';
import { requireContainer } from './find';
import { followLogs, type LogSource, readLogs } from './logs';

export interface ContainersDeps {
  hosts: Pick<HostsService, 'session'>;
  stacks: Pick<StacksService, 'load' | 'projectName'>;
  environment: Record<string, string | undefined>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

export function createContainersService(deps: ContainersDeps): ContainersService {
  const eventLogs = new Map<string, EventLog>();

  function keepEvents(hostId: string): EventLog {
    const known = eventLogs.get(hostId);
    if (known !== undefined) return known;
    const log = createEventLog({ session: (signal) => deps.hosts.session(hostId, signal), now: deps.now });
    eventLogs.set(hostId, log);
    return log;
  }
  async function sourceOf(on: OnStack, service: string): Promise<LogSource> {
    keepEvents(on.hostId);
    // The name alone: logs of what is up must stay in reach while its file is broken.
    const project = await deps.stacks.projectName(on.stackId);
    return { session: (signal) => deps.hosts.session(on.hostId, signal), project, service };
  }
  async function look(on: OnStack, service: string) {
    keepEvents(on.hostId);
    const [loaded, session] = await Promise.all([
      deps.stacks.load(on.stackId),
      deps.hosts.session(on.hostId),
    ]);
    const container = await requireContainer(session.engine, loaded.project.name, service);
    const detail = await session.engine.inspectContainer(container.id);
    return { loaded, session, detail, masker: await maskerFor(loaded) };
  }
  async function maskerFor({ project }: LoadedCompose): Promise<Masker> {
    return createMasker(await knownSecretValues(project, deps.environment));
  }

  return {
    async *followLogs(on, service, tail, signal) {
      yield* followLogs(await sourceOf(on, service), tail, signal);
    },
    readLogs: async (on, service, tail, signal) => readLogs(await sourceOf(on, service), tail, signal),
    async events(on, service) {
      const events = keepEvents(on.hostId);
      return events.of(await deps.stacks.projectName(on.stackId), service);
    },
    async configuration(on, service) {
      const { loaded, session, detail, masker } = await look(on, service);
      const { name: project, files, services } = loaded.project;
      const place = { hostId: on.hostId, endpoint: session.endpoint, project, files };
      return {
        sections: configurationSections(detail, services[service], masker),
        commands: commandsFor({ ...place, service, containerName: detail.name }),
      };
    },
    async inspect(on, service) {
      const { detail, masker } = await look(on, service);
      return JSON.stringify(masker.json(detail.raw), null, 2);
    },
    keepEvents: (hostId) => void keepEvents(hostId),
    async dispose() {
      for (const log of eventLogs.values()) log.stop();
      eventLogs.clear();
    },
  };
}
