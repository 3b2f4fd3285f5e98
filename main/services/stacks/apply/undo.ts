import { plural } from '../../../words/quantities';
import { DomainError, toFailure } from '../../errors';
import type { EnginePort, NetworkSummary } from '../../hosts/engine';
import type { ApplyOutcome, ApplyProgress } from '../face';
import { changeOf, type JournalBegin } from '../journal/model';
import { COMPOSE, finalName, OWN } from '../plan/labels';
import type { ObservedContainer } from '../plan/model';
import { observeContainers } from '../plan/observe';
import { createChange } from './change';
import { allEnded } from './concurrency';
import { isEngineLost } from './explain';
import type { ApplyDeps, UndoRequest } from './model';

/** A chain of continued applies is undone as one. */
const CHAIN_LIMIT = 50;

/**
 * Puts back what an interrupted apply did: its containers and networks go, replaced ones get their
 * name and run again, what it stopped starts. Volumes stay: they may hold data already. Rejects
 * with NOT_FOUND for an unknown journal, APPLY_LOCKED, CANCELLED or the engine's errors.
 */
export async function undoProject(
  deps: ApplyDeps,
  request: UndoRequest,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  const chain = await chainOf(deps, request.journalId);
  if (chain.length === 0) throw unknownJournal(request);
  const { stackId, project, journalId } = request;
  const tell = (phase: string): void => progress.phase(phase, null, null);
  const about = { stackId, project, kind: 'undo', continues: journalId, tell } as const;
  return createChange(deps, about, signal).run((underway) => {
    const undoing: Undoing = { ...{ deps, request, chain }, signal: underway.signal, undone: nothingYet() };
    return underway.patiently(() => {
      tell('Undoing the apply');
      return undo(undoing);
    });
  });
}

interface Undoing {
  deps: ApplyDeps;
  request: UndoRequest;
  chain: JournalBegin[];
  signal: AbortSignal;
  /** Ids, of every attempt: an engine goes on with what it was told before the link was lost. */
  undone: Record<'removed' | 'started' | 'networks', Set<string>>;
}

function nothingYet(): Undoing['undone'] {
  return { removed: new Set(), started: new Set(), networks: new Set() };
}

function unknownJournal({ journalId, project }: UndoRequest): DomainError {
  const message = `There is no journal ${journalId} of ${project}; there is nothing to undo.`;
  return new DomainError('NOT_FOUND', { kind: 'journal', name: journalId }, message);
}

/** The apply and those it continued, newest first. */
async function chainOf(deps: ApplyDeps, journalId: string): Promise<JournalBegin[]> {
  const chain: JournalBegin[] = [];
  let next: string | null = journalId;
  while (next !== null && chain.length < CHAIN_LIMIT) {
    const begin: JournalBegin | null = await deps.journal.read(deps.session.hostId, next);
    if (begin === null || changeOf(begin) !== 'apply') break;
    chain.push(begin);
    next = begin.continues;
  }
  return chain;
}

async function undo(undoing: Undoing): Promise<ApplyOutcome> {
  const { deps, request, chain, signal, undone } = undoing;
  const { engine } = deps.session;
  const ids = new Set(chain.map(({ journalId }) => journalId));
  const containers = await observeContainers(engine, request.project, signal);
  const made = containers.filter(
    (container) =>
      ids.has(container.labels[OWN.apply] ?? '') && !isIrreplaceable(container, chain, containers),
  );
  for (const { id } of made) undone.removed.add(id);
  await allEnded(made.map((container) => takeAway(engine, container, containers)));
  const kept = containers.filter((container) => !made.includes(container));
  await restore(undoing, kept);
  await removeNetworks(undoing, ids);
  return outcomeOf(undone);
}

function outcomeOf({ removed, started, networks }: Undoing['undone']): ApplyOutcome {
  const summary = `Undone: ${plural(removed.size, 'container')} and ${plural(networks.size, 'network')} removed, ${plural(started.size, 'container')} started again. Volumes were left as they are.`;
  return { summary, changed: removed.size + networks.size + started.size > 0 };
}

/** Its predecessor is gone for good: taking it away would leave nothing where something was. */
function isIrreplaceable(
  { name }: ObservedContainer,
  chain: JournalBegin[],
  containers: ObservedContainer[],
): boolean {
  const before = chain.at(-1)?.prior.find((prior) => finalName(prior.name) === finalName(name));
  return before !== undefined && !containers.some(({ id }) => id === before.id);
}

/** Its anonymous volumes may be its predecessor's; only one without a predecessor takes them along. */
async function takeAway(
  engine: EnginePort,
  container: ObservedContainer,
  all: ObservedContainer[],
): Promise<void> {
  const name = finalName(container.name);
  const inherited = all.some((other) => other.id !== container.id && finalName(other.name) === name);
  if (container.running) await engine.stopContainer(container.id, null);
  await engine.removeContainer(container.id, { force: true, volumes: !inherited });
}

/** The oldest apply of the chain saw the state that is wanted back. */
function runningBefore(chain: JournalBegin[]): Set<string> {
  const prior = chain.at(-1)?.prior ?? [];
  return new Set(prior.filter(({ running }) => running).map(({ id }) => id));
}

async function restore({ deps, chain, undone }: Undoing, containers: ObservedContainer[]): Promise<void> {
  const { engine } = deps.session;
  const wanted = runningBefore(chain);
  const aside = containers.filter(({ transient }) => transient === 'old');
  await allEnded(aside.map(({ id, name }) => engine.renameContainer(id, finalName(name))));
  const stopped = containers.filter(({ id, running }) => wanted.has(id) && !running);
  for (const { id } of stopped) undone.started.add(id);
  await allEnded(stopped.map(({ id }) => engine.startContainer(id)));
}

async function removeNetworks(undoing: Undoing, ids: Set<string>): Promise<void> {
  const { engine } = undoing.deps.session;
  const networks = await engine.listNetworks([`${COMPOSE.project}=${undoing.request.project}`]);
  const made = networks.filter(({ labels }) => ids.has(labels[OWN.apply] ?? ''));
  await allEnded(made.map((network) => removeNetwork(undoing, network)));
}

/** A network that something else uses by now stays. */
async function removeNetwork({ deps, undone }: Undoing, { id, name }: NetworkSummary): Promise<void> {
  undone.networks.add(id);
  try {
    await deps.session.engine.removeNetwork(id);
  } catch (error) {
    if (isEngineLost(error)) throw error;
    undone.networks.delete(id);
    const about = { network: name, error: toFailure(error).message };
    deps.log.warn('A network of an undone apply is still used.', about);
  }
}
