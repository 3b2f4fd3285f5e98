import { setMaxListeners } from 'node:events';
import { cancelled, isDomainError, toFailure } from '../../errors';
import { createMasker, ensureSecrets, knownSecretValues } from '../../secrets/face';
import type { ApplyOutcome, ApplyProgress } from '../face';
import { type Held, whileLocked } from '../lock/while-locked';
import { decide } from '../plan/decide';
import type { Decisions } from '../plan/model';
import { observe } from '../plan/observe';
import { observeOffers } from '../plan/offers';
import { isCalm } from './calm';
import { createLimit } from './concurrency';
import { type Endurance, enduring, lossWords, RETURN_LIMITS } from './endure';
import { watchEngine } from './engine-events';
import { clarified, isEngineLost } from './explain';
import {
  closeContinued,
  end,
  journalLink,
  journalProof,
  journalStep,
  openJournal,
  type Run,
  silentWriter,
} from './journaling';
import type { ApplyDeps, ApplyRequest, ApplyTiming, View } from './model';
import { judgeOutcome } from './outcome';
import { regainer, runPass } from './pass';
import type { Pass, Replaced } from './pass-model';
import { tidyLeftovers } from './replace';
import { createReporter, type Reporter } from './report';

const TIMING: ApplyTiming = {
  gateFloorMs: 60_000,
  probeFirstMs: 50,
  probeCeilingMs: 250,
  settleMs: 1_000,
  ...RETURN_LIMITS,
};
const EXECS_AT_ONCE = 4;
const CREATES_AT_ONCE = 8;
const STARTS_AT_ONCE = 6;
const PULLS_AT_ONCE = 3;
const BUILDS_AT_ONCE = 2;

/**
 * Brings the engine to what the file defines. Rejects with APPLY_FAILED when a service is not up in
 * the end, APPLY_LOCKED when another console applies, CANCELLED (its message says what is up) or the
 * engine's own errors.
 */
export async function applyProject(
  deps: ApplyDeps,
  request: ApplyRequest,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  try {
    return await applyOrWait(deps, request, progress, signal);
  } catch (error) {
    throw await clarified(deps.session, error);
  }
}

async function applyOrWait(
  deps: ApplyDeps,
  request: ApplyRequest,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  progress.phase('Observing the engine', null, null);
  const { generated } = await ensureSecrets(request.project);
  // A secret that was made just now was missing when the caller looked.
  const stillSeen = generated.length === 0 ? request.seen : undefined;
  const first = stillSeen ?? (await observeAndDecide(deps, request, signal));
  if (!changesNothing(request, first.decisions)) {
    return journaled(deps, request, progress, signal);
  }
  if (await isCalm(deps, request, first.decisions))
    return unchanged(deps, request, first.decisions, progress);
  // Only waits for health, so it needs neither a lock nor a line in the history.
  return passes(
    { deps, request, progress, writer: silentWriter, stillHeld: async () => undefined },
    first,
    signal,
  );
}

async function observeAndDecide(deps: ApplyDeps, request: ApplyRequest, signal: AbortSignal): Promise<View> {
  const { session, delivery, environment } = deps;
  const seen = await observe(session, request.project, signal, environment);
  const observed = await observeOffers(session, request.project, seen, { delivery, signal });
  const options = { services: request.services, warnings: [], removeOrphans: request.removeOrphans ?? false };
  return { observed, decisions: decide(request.project, observed, options) };
}

function changesNothing(request: ApplyRequest, decisions: Decisions): boolean {
  const { networks, volumes, images, containers, removals } = decisions;
  return (
    request.continues === undefined &&
    Object.keys(request.skip ?? {}).length === 0 &&
    [...networks, ...volumes].every(({ action }) => action === 'keep') &&
    images.every(({ action }) => action === 'have') &&
    containers.every(({ action, existing }) => action === 'keep' && existing !== null) &&
    removals.every(({ remove }) => !remove)
  );
}

function unchanged(
  deps: ApplyDeps,
  { project }: ApplyRequest,
  decisions: Decisions,
  progress: ApplyProgress,
): ApplyOutcome {
  const reporter = createReporter(decisions.services, progress, deps.now);
  for (const { service, reason } of decisions.containers) reporter.set(service, 'unchanged', reason);
  return { summary: `${project.name} is as defined; nothing was changed.`, changed: false };
}

async function locked(
  deps: ApplyDeps,
  request: ApplyRequest,
  signal: AbortSignal,
  work: (held: Held) => Promise<ApplyOutcome>,
): Promise<ApplyOutcome> {
  const earlier =
    request.continues === undefined ? null : await deps.journal.read(deps.session.hostId, request.continues);
  const about = { project: request.project.name, takeOverFrom: earlier?.owner };
  return whileLocked(deps, about, signal, work);
}

/** The journal ends after the lock is gone: a console killed in between leaves an apply to continue, not a lock to break. */
async function journaled(
  deps: ApplyDeps,
  request: ApplyRequest,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  const begun: { run: Run | null } = { run: null };
  try {
    const outcome = await locked(deps, request, signal, async ({ signal: guarded, stillHeld }) => {
      const view = await observeAndDecide(deps, request, guarded);
      const writer = await openJournal(deps, request, view);
      begun.run = { deps, request, progress, writer, stillHeld };
      if (request.continues !== undefined) await closeContinued(deps, request.continues, writer);
      return passes(begun.run, view, guarded);
    });
    if (begun.run !== null) await end(begun.run, 'succeeded', outcome.summary);
    return outcome;
  } catch (thrown) {
    const error =
      signal.aborted && !isDomainError(thrown) ? cancelled(`The apply of ${request.project.name}`) : thrown;
    const failure = toFailure(error);
    const outcome = failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
    if (begun.run !== null) await end(begun.run, outcome, failure.message);
    throw error;
  } finally {
    await begun.run?.writer.close();
  }
}

/** One pass as a rule; another one from a new observation whenever the engine was lost meanwhile. */
async function passes(run: Run, first: View, signal: AbortSignal): Promise<ApplyOutcome> {
  const reporter = createReporter(first.decisions.services, run.progress, run.deps.now);
  let known: View | null = first;
  return enduring(enduranceOf(run, reporter, signal), async () => {
    const seen = known ?? (await observeAndDecide(run.deps, run.request, signal));
    known = null;
    const view: View = await tidied(run, seen, signal);
    await onePass(run, view, reporter, signal);
    return judgeOutcome({ project: run.request.project.name, decisions: view.decisions, reporter, signal });
  });
}

function enduranceOf(run: Run, reporter: Reporter, signal: AbortSignal): Endurance {
  const { session, log, now } = run.deps;
  return {
    ...{ session, log, now, signal },
    limits: timingOf(run.deps),
    tell: reporter.phase,
    note: (state, detail) => journalLink(run, state, detail),
    stillHeld: run.stillHeld,
  };
}

async function tidied({ deps, request }: Run, view: View, signal: AbortSignal): Promise<View> {
  const touched = await tidyLeftovers(deps.session, view.observed.containers);
  return touched ? observeAndDecide(deps, request, signal) : view;
}

function timingOf(deps: ApplyDeps): ApplyTiming {
  return { ...TIMING, ...deps.timing };
}

async function onePass(run: Run, view: View, reporter: Reporter, signal: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const { session, now } = run.deps;
  const events = watchEngine(session.engine, (error) => {
    // Ending the steps under way takes a while when nothing answers; what happened is told before.
    if (isEngineLost(error)) reporter.phase(lossWords(session, error, now()));
    lost.abort(error);
  });
  try {
    const { text: mask } = createMasker(await knownSecretValues(run.request.project, run.deps.environment));
    const live = { reporter, events, mask, signal: AbortSignal.any([signal, lost.signal]) };
    await runPass(createPass(run, view, live));
  } catch (error) {
    throw lost.signal.aborted && !signal.aborted ? lost.signal.reason : error;
  } finally {
    events.close();
  }
  if (lost.signal.aborted && !signal.aborted) throw lost.signal.reason;
}

function createPass(run: Run, view: View, live: Pick<Pass, 'reporter' | 'events' | 'mask' | 'signal'>): Pass {
  const { deps, request, writer } = run;
  const { session, log, environment } = deps;
  // Every service waits on it at once, once per dependency; Node would take that for a leak and print so.
  setMaxListeners(0, live.signal);
  const pass: Pass = {
    ...live,
    ...view,
    project: request.project,
    session,
    engine: session.engine,
    delivery: deps.delivery ?? null,
    runHere: deps.runHere ?? session.run,
    log,
    environment,
    journalId: writer.journalId,
    timing: timingOf(deps),
    skip: request.skip ?? {},
    replaced: leftReplaced(view),
    probe: deps.probe ?? (async () => null),
    execLimit: createLimit(EXECS_AT_ONCE),
    createLimit: createLimit(CREATES_AT_ONCE),
    startLimit: createLimit(STARTS_AT_ONCE),
    pullLimit: createLimit(PULLS_AT_ONCE),
    buildLimit: createLimit(BUILDS_AT_ONCE),
    bases: new Map(),
    proved: (container) => journalProof(run, container),
    step: (id, detail, work) => journalStep(run, { id, detail }, work),
    regainImage: (service) => regain(service),
  };
  const regain = regainer(pass);
  return pass;
}

/** An interrupted apply may have left the predecessor of a container that is not proved yet. */
function leftReplaced({ observed, decisions }: View): Replaced[] {
  return decisions.containers.flatMap(({ service, number, name }) => {
    const old = observed.containers.find(
      (container) =>
        container.transient === 'old' && container.service === service && container.number === number,
    );
    return old === undefined ? [] : [{ service, name, oldId: old.id, wasSound: true }];
  });
}
