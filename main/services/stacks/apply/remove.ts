import { plural } from '../../../words/quantities';
import { cancelled, hasCode } from '../../errors';
import type { EnginePort, NetworkSummary, VolumeSummary } from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import type { ApplyOutcome, ApplyProgress } from '../face';
import { whileLocked } from '../lock/while-locked';
import { COMPOSE } from '../plan/labels';
import type { ObservedContainer } from '../plan/model';
import { observeContainers } from '../plan/observe';
import { allEnded, pause } from './concurrency';
import { enduranceOf, enduring, waitingFor } from './endure';
import { explain, isEngineLost } from './explain';
import type { ApplyDeps, RemoveRequest } from './model';
import { createReporter } from './report';

const ENDPOINT_RELEASE_MS = 5_000;
const RETRY_MS = 100;
const REMOVAL_UNDER_WAY_MS = 30_000;

export interface RemovalPreview {
  containers: string[];
  networks: string[];
  volumes: { name: string; sizeBytes: number | null; createdAt: number | null }[];
}

interface Belongings {
  containers: ObservedContainer[];
  networks: NetworkSummary[];
  volumes: VolumeSummary[];
}

/** What `removeProject` would take, by name; volumes with size in bytes. */
export async function removalPreview(
  session: HostSession,
  project: string,
  signal?: AbortSignal,
): Promise<RemovalPreview> {
  const all = await belongings(session.engine, project, { diskUsage: true }, signal);
  return {
    containers: all.containers.map(({ name }) => name),
    networks: all.networks.map(({ name }) => name),
    volumes: all.volumes.map(({ name, sizeBytes, createdAt }) => ({ name, sizeBytes, createdAt })),
  };
}

async function belongings(
  engine: EnginePort,
  project: string,
  options: { diskUsage: boolean },
  signal?: AbortSignal,
): Promise<Belongings> {
  const label = [`${COMPOSE.project}=${project}`];
  const [containers, networks, volumes] = await Promise.all([
    observeContainers(engine, project, signal),
    engine.listNetworks(label, signal),
    engine.listVolumes(label, options, signal),
  ]);
  return { containers, networks, volumes };
}

/**
 * Takes the project's containers and networks away, and its volumes only when asked for. External
 * networks and volumes carry no label of the project and stay. Rejects with APPLY_LOCKED, CANCELLED
 * or the engine's errors.
 */
export async function removeProject(
  deps: ApplyDeps,
  request: RemoveRequest,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  return whileLocked(deps, { project: request.project }, signal, (held) => {
    const known: { all: Belongings | null } = { all: null };
    return enduring(enduranceOf(deps, progress, held), () =>
      removeAll({ deps, request, progress, signal: held.signal }, known),
    );
  });
}

interface Removal {
  deps: ApplyDeps;
  request: RemoveRequest;
  progress: ApplyProgress;
  signal: AbortSignal;
}

/** `known`: what was there before the first attempt, which is what was removed in the end. */
async function removeAll(removal: Removal, known: { all: Belongings | null }): Promise<ApplyOutcome> {
  const { deps, request, progress, signal } = removal;
  const { engine } = deps.session;
  const left = await belongings(engine, request.project, { diskUsage: false }, signal);
  known.all ??= left;
  await removeContainers(removal, left.containers);
  progress.phase('Removing networks', null, null);
  await allEnded(left.networks.map((network) => removeNetwork(engine, network, signal)));
  if (request.volumes) await allEnded(left.volumes.map(({ name }) => removeVolume(engine, name)));
  return { summary: removedSentence(request, known.all), changed: countOf(request, known.all) > 0 };
}

async function removeContainers(removal: Removal, containers: ObservedContainer[]): Promise<void> {
  const { deps, request, progress, signal } = removal;
  const reporter = createReporter([...new Set(containers.map(({ service }) => service))], progress, deps.now);
  reporter.phase('Removing containers');
  await allEnded(
    containers.map(async ({ id, service }) => {
      if (signal.aborted) return reporter.set(service, 'cancelled', 'Left as it is.');
      reporter.set(service, 'removing', 'Stopping.');
      try {
        await removeContainer(removal, id);
      } catch (error) {
        if (isEngineLost(error)) reporter.set(service, 'waiting', waitingFor(error));
        else reporter.set(service, 'failed', await explain(deps.session, error));
        throw error;
      }
      reporter.set(service, 'ready', 'Removed.');
    }),
  );
  if (signal.aborted) throw cancelled(`The removal of ${request.project}`);
}

/** An engine goes on with what it was told before the link was lost: what it took away meanwhile is as wanted. */
async function removeContainer({ deps, request, signal }: Removal, id: string): Promise<void> {
  const { engine } = deps.session;
  const deadline = Date.now() + REMOVAL_UNDER_WAY_MS;
  for (;;) {
    try {
      await engine.stopContainer(id, null);
      return await engine.removeContainer(id, { force: true, volumes: request.volumes });
    } catch (error) {
      if (hasCode(error, 'NOT_FOUND')) return;
      const underWay = hasCode(error, 'CONFLICT') && /already in progress/i.test(error.message);
      if (!underWay || Date.now() > deadline || signal.aborted) throw error;
      await pause(RETRY_MS, signal);
    }
  }
}

async function removeVolume(engine: EnginePort, name: string): Promise<void> {
  await engine.removeVolume(name).catch((error: unknown) => {
    if (!hasCode(error, 'NOT_FOUND')) throw error;
  });
}

/** The engine lets go of an endpoint a moment after its container is gone. */
async function removeNetwork(
  engine: EnginePort,
  network: NetworkSummary,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + ENDPOINT_RELEASE_MS;
  for (;;) {
    try {
      return await engine.removeNetwork(network.id);
    } catch (error) {
      if (hasCode(error, 'NOT_FOUND')) return;
      if (isEngineLost(error) || Date.now() > deadline || signal.aborted) throw error;
      await pause(RETRY_MS, signal);
    }
  }
}

function countOf({ volumes }: RemoveRequest, all: Belongings): number {
  return all.containers.length + all.networks.length + (volumes ? all.volumes.length : 0);
}

function removedSentence(request: RemoveRequest, all: Belongings): string {
  const parts = [plural(all.containers.length, 'container'), plural(all.networks.length, 'network')];
  if (request.volumes) parts.push(plural(all.volumes.length, 'volume'));
  const kept =
    !request.volumes && all.volumes.length > 0
      ? ` Kept: ${plural(all.volumes.length, 'volume')} with data.`
      : '';
  return `Removed from ${request.project}: ${parts.join(', ')}.${kept}`;
}
