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
import { explain } from './explain';
import type { ApplyDeps, RemoveRequest } from './model';
import { createReporter } from './report';

const ENDPOINT_RELEASE_MS = 5_000;
const RETRY_MS = 100;

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
  return whileLocked(deps, { project: request.project }, signal, async (guarded) => {
    const { engine } = deps.session;
    const all = await belongings(engine, request.project, { diskUsage: false }, guarded);
    await removeContainers(deps, { request, containers: all.containers, progress, signal: guarded });
    progress.phase('Removing networks', null, null);
    await allEnded(all.networks.map((network) => removeNetwork(engine, network, guarded)));
    if (request.volumes) await allEnded(all.volumes.map(({ name }) => engine.removeVolume(name)));
    return { summary: removedSentence(request, all), changed: countOf(request, all) > 0 };
  });
}

async function removeContainers(
  deps: ApplyDeps,
  what: {
    request: RemoveRequest;
    containers: ObservedContainer[];
    progress: ApplyProgress;
    signal: AbortSignal;
  },
): Promise<void> {
  const { request, containers, progress, signal } = what;
  const { engine } = deps.session;
  const reporter = createReporter([...new Set(containers.map(({ service }) => service))], progress, deps.now);
  reporter.phase('Removing containers');
  await allEnded(
    containers.map(async ({ id, service }) => {
      if (signal.aborted) return reporter.set(service, 'cancelled', 'Left as it is.');
      reporter.set(service, 'removing', 'Stopping.');
      try {
        await engine.stopContainer(id, null);
        await engine.removeContainer(id, { force: true, volumes: request.volumes });
      } catch (error) {
        reporter.set(service, 'failed', await explain(deps.session, error));
        throw error;
      }
      reporter.set(service, 'ready', 'Removed.');
    }),
  );
  if (signal.aborted) throw cancelled(`The removal of ${request.project}`);
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
      if (Date.now() > deadline || signal.aborted) throw error;
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
