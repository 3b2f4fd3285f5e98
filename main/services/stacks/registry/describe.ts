import type { Stack } from '../../../../preload/contract';
import type { HostsService } from '../../hosts/face';
import { EXTENSION_KEY, projectExtensionSchema } from '../extension';
import type { Journal } from '../journal/model';
import { COMPOSE, transientKind } from '../plan/labels';
import type { StackEntry } from './entry';
import type { StackRegistry } from './registry';

export interface DescribeDeps {
  registry: StackRegistry;
  hosts: Pick<HostsService, 'session'>;
  journal: Journal;
}

/** Containers per project; null when the host can't be asked. */
async function countContainers(
  hosts: DescribeDeps['hosts'],
  hostId: string,
  signal?: AbortSignal,
): Promise<Map<string, number> | null> {
  try {
    const { engine } = await hosts.session(hostId, signal);
    const counts = new Map<string, number>();
    for (const { name, labels } of await engine.listContainers([COMPOSE.project], signal)) {
      if (transientKind(name) !== null) continue;
      const project = labels[COMPOSE.project] ?? '';
      counts.set(project, (counts.get(project) ?? 0) + 1);
    }
    return counts;
  } catch {
    return null;
  }
}

/** What the files say of themselves. A stack whose files can't be read stays in the list under its old name. */
async function identityOf(registry: StackRegistry, entry: StackEntry) {
  try {
    const { project } = await registry.load(entry);
    const extension = projectExtensionSchema.safeParse(project.extensions[EXTENSION_KEY]);
    const own = extension.success ? extension.data : null;
    return { project: project.name, title: own?.title ?? project.name, sandbox: own?.sandbox ?? false };
  } catch {
    const name = await registry.projectName(entry);
    return { project: name, title: name, sandbox: false };
  }
}

export async function unfinishedOf(
  journal: Journal,
  hostId: string,
  project: string,
): Promise<Stack['unfinished']> {
  const found = await journal.unfinished(hostId, project);
  if (found === null) return null;
  const { begin, phase, doneSteps, totalSteps } = found;
  return { journalId: begin.journalId, startedAt: begin.at, phase, doneSteps, totalSteps };
}

export async function describeStack(
  deps: DescribeDeps,
  entry: StackEntry,
  host: { id: string; counts: Map<string, number> | null } | null,
): Promise<Stack> {
  const identity = await identityOf(deps.registry, entry);
  return {
    id: entry.id,
    ...identity,
    files: entry.files,
    builtIn: entry.builtIn,
    containers: host?.counts === null || host === null ? null : (host.counts.get(identity.project) ?? 0),
    unfinished: host === null ? null : await unfinishedOf(deps.journal, host.id, identity.project),
  };
}

export async function describeStacks(
  deps: DescribeDeps,
  hostId: string | null,
  signal?: AbortSignal,
): Promise<Stack[]> {
  const [entries, counts] = await Promise.all([
    deps.registry.entries(),
    hostId === null ? null : countContainers(deps.hosts, hostId, signal),
  ]);
  const host = hostId === null ? null : { id: hostId, counts };
  return Promise.all(entries.map((entry) => describeStack(deps, entry, host)));
}
