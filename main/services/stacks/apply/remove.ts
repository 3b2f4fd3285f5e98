import { plural } from '../../../words/quantities';
import { cancelled, hasCode } from '../../errors';
import type { EnginePort, NetworkSummary, VolumeSummary } from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import type { ApplyOutcome, ApplyProgress } from '../face';
import { COMPOSE } from '../plan/labels';
import type { ObservedContainer } from '../plan/model';
import { observeContainers } from '../plan/observe';
import { createChange, type Underway } from './change';
import { allEnded, pause } from './concurrency';
import { waitingFor } from './endure';
import { explain, isEngineLost } from './explain';
import type { ApplyDeps, RemoveRequest } from './model';
import { list } from './outcome';
import { priorOf } from './record';
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
  const { stackId, project, continues, replaces } = request;
  const tell = (phase: string): void => progress.phase(phase, null, null);
  const about = { stackId, project, kind: 'remove', continues, replaces, tell } as const;
  const change = createChange(deps, about, signal);
  return change.run((underway) => {
    const removal: Removal = { deps, request, progress, underway, first: null, gone: new Set() };
    return underway.patiently(() => removeAll(removal), { soFar: () => soFar(removal) });
  });
}

interface Removal {
  deps: ApplyDeps;
  request: RemoveRequest;
  progress: ApplyProgress;
  underway: Underway;
  /** What was there before the first attempt, which is what is removed in the end. */
  first: Belongings | null;
  /** Steps that ended. */
  gone: Set<string>;
}

/** One thing to take away: as the journal names it, and as a person does. */
interface Piece {
  id: string;
  name: string;
}

const containerPiece = ({ name }: { name: string }): Piece => ({ id: `remove:${name}`, name });
const networkPiece = ({ name }: { name: string }): Piece => ({
  ...{ id: `remove-network:${name}`, name: `network ${name}` },
});
const volumePiece = ({ name }: { name: string }): Piece => ({
  ...{ id: `remove-volume:${name}`, name: `volume ${name}` },
});

function piecesOf({ containers, networks, volumes }: Belongings, request: RemoveRequest): Piece[] {
  const kept = request.volumes ? volumes : [];
  return [...containers.map(containerPiece), ...networks.map(networkPiece), ...kept.map(volumePiece)];
}

async function removeAll(removal: Removal): Promise<ApplyOutcome> {
  const { deps, request, progress, underway } = removal;
  const { engine } = deps.session;
  const left = await belongings(engine, request.project, { diskUsage: false }, underway.signal);
  const first = removal.first ?? (await beginWith(removal, left));
  noteGone(removal, left);
  await removeContainers(removal, left.containers);
  progress.phase('Removing networks', null, null);
  await allEnded(
    left.networks.map((network) =>
      step(removal, networkPiece(network), () => removeNetwork(engine, network, underway.signal)),
    ),
  );
  if (request.volumes) await removeVolumes(removal, left.volumes);
  return { summary: removedSentence(request, first), changed: countOf(request, first) > 0 };
}

async function beginWith(removal: Removal, first: Belongings): Promise<Belongings> {
  const { request, underway } = removal;
  const stepIds = piecesOf(first, request).map(({ id }) => id);
  await underway.begin({ stepIds, prior: priorOf(first.containers), volumes: request.volumes });
  removal.first = first;
  return first;
}

/** An engine goes on with what it was told before the link was lost. */
function noteGone({ first, gone, request, underway }: Removal, left: Belongings): void {
  if (first === null) return;
  const still = new Set(piecesOf(left, request).map(({ id }) => id));
  for (const { id, name } of piecesOf(first, request)) {
    if (still.has(id) || gone.has(id)) continue;
    gone.add(id);
    underway.record.done({ id, detail: `Removing ${name}` });
  }
}

async function step({ underway, gone }: Removal, piece: Piece, work: () => Promise<void>): Promise<void> {
  await underway.record.step({ id: piece.id, detail: `Removing ${piece.name}` }, work);
  gone.add(piece.id);
}

/** For a removal that ends half-way because the engine stays away. */
function soFar({ first, gone, request }: Removal): string {
  if (first === null) return '';
  const named = (wanted: boolean): string[] =>
    piecesOf(first, request).flatMap(({ id, name }) => (gone.has(id) === wanted ? [name] : []));
  return `Removed: ${list(named(true))}. Not removed yet: ${list(named(false))}.`;
}

async function removeContainers(removal: Removal, containers: ObservedContainer[]): Promise<void> {
  const { deps, request, progress, underway } = removal;
  const { signal } = underway;
  const reporter = createReporter([...new Set(containers.map(({ service }) => service))], progress, deps.now);
  reporter.phase('Removing containers');
  await allEnded(
    containers.map(async ({ id, service, name }) => {
      if (signal.aborted) return reporter.set(service, 'cancelled', 'Left as it is.');
      reporter.set(service, 'removing', 'Stopping.');
      try {
        await step(removal, containerPiece({ name }), () => removeContainer(removal, id));
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
async function removeContainer({ deps, request, underway }: Removal, id: string): Promise<void> {
  const { signal } = underway;
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

async function removeVolumes(removal: Removal, volumes: VolumeSummary[]): Promise<void> {
  const { engine } = removal.deps.session;
  removal.progress.phase('Removing volumes', null, null);
  await allEnded(
    volumes.map((volume) =>
      step(removal, volumePiece(volume), () =>
        engine.removeVolume(volume.name).catch((error: unknown) => {
          if (!hasCode(error, 'NOT_FOUND')) throw error;
        }),
      ),
    ),
  );
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
