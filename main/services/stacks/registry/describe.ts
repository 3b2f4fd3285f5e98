import type { ApplyLock, Stack } from '../../../../preload/contract';
import type { EnginePort } from '../../hosts/engine';
import type { HostsService } from '../../hosts/face';
import { EXTENSION_KEY, projectExtensionSchema } from '../extension';
import { changeOf, type Journal } from '../journal/model';
import { foreignLocks } from '../lock/lock';
import { COMPOSE, transientKind } from '../plan/labels';
import type { StackEntry } from './entry';
import type { Identity, Readings } from './readings';
import type { StackRegistry } from './registry';

export interface DescribeDeps {
  registry: StackRegistry;
  hosts: Pick<HostsService, 'session'>;
  journal: Journal;
  readings: Readings;
  now: () => number;
}

interface SeenHost {
  id: string;
  /** By project; null when the host can't be asked. */
  seen: { counts: Map<string, number>; locks: Map<string, ApplyLock> } | null;
}

async function lookAtHost(deps: DescribeDeps, id: string, signal?: AbortSignal): Promise<SeenHost> {
  try {
    const { engine } = await deps.hosts.session(id, signal);
    const [counts, locks] = await Promise.all([
      countContainers(engine, signal),
      foreignLocks({ engine }, deps.now(), signal),
    ]);
    return { id, seen: { counts, locks } };
  } catch {
    return { id, seen: null };
  }
}

async function countContainers(engine: EnginePort, signal?: AbortSignal): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { name, labels } of await engine.listContainers([COMPOSE.project], signal)) {
    if (transientKind(name) !== null) continue;
    const project = labels[COMPOSE.project] ?? '';
    counts.set(project, (counts.get(project) ?? 0) + 1);
  }
  return counts;
}

/** What the files say of themselves. A stack whose files can't be read stays in the list as what it was. */
async function identityOf(
  { registry, readings }: DescribeDeps,
  entry: StackEntry,
): Promise<Identity & Pick<Stack, 'unreadable'>> {
  try {
    const { project } = await registry.load(entry);
    const extension = projectExtensionSchema.safeParse(project.extensions[EXTENSION_KEY]);
    const own = extension.success ? extension.data : null;
    const identity = {
      ...{ project: project.name, title: own?.title ?? project.name, sandbox: own?.sandbox ?? false },
    };
    readings.read(entry.id, identity);
    return identity;
  } catch (error) {
    const { identity, unreadable } = readings.failed(entry.id, error);
    const project = await registry.projectName(entry);
    return { title: project, sandbox: false, ...identity, project, unreadable };
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
  const { journalId, at, volumes } = begin;
  const change = changeOf(begin);
  const chosen = volumes === undefined ? {} : { volumes };
  return { journalId, change, ...chosen, startedAt: at, phase, doneSteps, totalSteps };
}

export async function describeStack(
  deps: DescribeDeps,
  entry: StackEntry,
  host: SeenHost | null,
): Promise<Stack> {
  const identity = await identityOf(deps, entry);
  const { project } = identity;
  const seen = host?.seen ?? null;
  const lock = seen?.locks.get(project);
  return {
    id: entry.id,
    ...identity,
    files: entry.files,
    builtIn: entry.builtIn,
    containers: seen === null ? null : (seen.counts.get(project) ?? 0),
    unfinished: host === null ? null : await unfinishedOf(deps.journal, host.id, project),
    ...(lock !== undefined && {
      changedBy: { owner: lock.owner, since: lock.since, stale: lock.stale },
    }),
  };
}

export async function describeStacks(
  deps: DescribeDeps,
  hostId: string | null,
  signal?: AbortSignal,
): Promise<Stack[]> {
  const [entries, host] = await Promise.all([
    deps.registry.entries(),
    hostId === null ? null : lookAtHost(deps, hostId, signal),
  ]);
  return Promise.all(entries.map((entry) => describeStack(deps, entry, host)));
}
