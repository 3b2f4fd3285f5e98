import { plural } from '../../../words/quantities';
import { DomainError, toFailure } from '../../errors';
import type { EnginePort } from '../../hosts/engine';
import type { ApplyOutcome, ApplyProgress } from '../face';
import { changeOf, type JournalBegin } from '../journal/model';
import { COMPOSE, finalName, OWN } from '../plan/labels';
import type { ObservedContainer } from '../plan/model';
import { observeContainers } from '../plan/observe';
import { createChange } from './change';
import { allEnded } from './concurrency';
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
  return createChange(deps, about, signal).run((underway) =>
    underway.patiently(() => {
      tell('Undoing the apply');
      return undo(deps, request, chain, underway.signal);
    }),
  );
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

async function undo(
  deps: ApplyDeps,
  request: UndoRequest,
  chain: JournalBegin[],
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  const { engine } = deps.session;
  const ids = new Set(chain.map(({ journalId }) => journalId));
  const containers = await observeContainers(engine, request.project, signal);
  const made = containers.filter(
    (container) =>
      ids.has(container.labels[OWN.apply] ?? '') && !isIrreplaceable(container, chain, containers),
  );
  await allEnded(made.map((container) => takeAway(engine, container, containers)));
  const kept = containers.filter((container) => !made.includes(container));
  const restored = await restore(engine, kept, runningBefore(chain));
  const networks = await removeNetworks(deps, request.project, ids);
  const summary = `Undone: ${plural(made.length, 'container')} and ${plural(networks, 'network')} removed, ${plural(restored, 'container')} started again. Volumes were left as they are.`;
  return { summary, changed: made.length + networks + restored > 0 };
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

async function restore(
  engine: EnginePort,
  containers: ObservedContainer[],
  wanted: Set<string>,
): Promise<number> {
  const aside = containers.filter(({ transient }) => transient === 'old');
  await allEnded(aside.map(({ id, name }) => engine.renameContainer(id, finalName(name))));
  const stopped = containers.filter(({ id, running }) => wanted.has(id) && !running);
  await allEnded(stopped.map(({ id }) => engine.startContainer(id)));
  return stopped.length;
}

/** A network that something else uses by now stays. */
async function removeNetworks(deps: ApplyDeps, project: string, ids: Set<string>): Promise<number> {
  const { engine } = deps.session;
  const networks = await engine.listNetworks([`${COMPOSE.project}=${project}`]);
  const made = networks.filter(({ labels }) => ids.has(labels[OWN.apply] ?? ''));
  const removed = await Promise.all(
    made.map(({ id, name }) =>
      engine.removeNetwork(id).then(
        () => true,
        (error: unknown) => {
          deps.log.warn('A network of an undone apply is still used.', {
            network: name,
            error: toFailure(error).message,
          });
          return false;
        },
      ),
    ),
  );
  return removed.filter(Boolean).length;
}
