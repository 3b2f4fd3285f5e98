import { setMaxListeners } from 'node:events';
import { createMasker, ensureSecrets, knownSecretValues } from '../../secrets/face';
import type { ApplyOutcome, ApplyProgress } from '../face';
import { canonicalJson, digest } from '../plan/canonical';
import { decide } from '../plan/decide';
import type { Decisions } from '../plan/model';
import { observe } from '../plan/observe';
import { observeOffers } from '../plan/offers';
import { toPlan } from '../plan/plan';
import { isCalm } from './calm';
import { type Change, createChange, type Underway } from './change';
import { createLimit } from './concurrency';
import { RETURN_LIMITS } from './endure';
import { clarified } from './explain';
import type { ApplyDeps, ApplyRequest, ApplyTiming, View } from './model';
import { judgeOutcome, soFar } from './outcome';
import { regainer, runPass } from './pass';
import type { Pass, Replaced } from './pass-model';
import { priorOf } from './record';
import { tidyLeftovers } from './replace';
import { createReporter, type Reporter } from './report';
import { whileEngineLasts } from './while-engine-lasts';

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
  const change = changeFor(deps, request, progress, signal);
  // A secret that was made just now was missing when the caller looked.
  const stillSeen = generated.length === 0 ? request.seen : undefined;
  const first = stillSeen ?? (await change.patiently(() => observeAndDecide(deps, request, signal)));
  if (!changesNothing(request, first.decisions)) return recorded(deps, request, progress, change);
  if (await change.patiently(() => isCalm(deps, request, first.decisions)))
    return unchanged(deps, request, first.decisions, progress);
  // Only waits for health, so it needs neither a lock nor a line in the history.
  return passes({ deps, request, progress, underway: change.unrecorded }, first);
}

function changeFor(
  deps: ApplyDeps,
  { project, stackId, continues }: ApplyRequest,
  progress: ApplyProgress,
  signal: AbortSignal,
): Change {
  const tell = (phase: string): void => progress.phase(phase, null, null);
  return createChange(deps, { stackId, project: project.name, kind: 'apply', continues, tell }, signal);
}

async function observeAndDecide(deps: ApplyDeps, request: ApplyRequest, signal: AbortSignal): Promise<View> {
  const { session, delivery, environment } = deps;
  const seen = await observe(session, request.project, { signal, environment });
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

function recorded(
  deps: ApplyDeps,
  request: ApplyRequest,
  progress: ApplyProgress,
  change: Change,
): Promise<ApplyOutcome> {
  return change.run(async (underway) => {
    const view = await underway.patiently(() => observeAndDecide(deps, request, underway.signal));
    await begin(underway, request, view);
    return passes({ deps, request, progress, underway }, view);
  });
}

async function begin(
  { begin: open }: Underway,
  { project }: ApplyRequest,
  { observed, decisions }: View,
): Promise<void> {
  const plan = toPlan(project, decisions);
  await open({
    planDigest: digest(canonicalJson(plan)),
    definitionDigest: digest(canonicalJson(project)),
    stepIds: plan.steps.filter(({ action }) => action !== 'keep').map(({ id }) => id),
    prior: priorOf(observed.containers),
  });
}

interface Run {
  deps: ApplyDeps;
  request: ApplyRequest;
  progress: ApplyProgress;
  underway: Underway;
}

/** One pass as a rule; another one from a new observation whenever the engine was lost meanwhile. */
async function passes(run: Run, first: View): Promise<ApplyOutcome> {
  const { deps, request, underway } = run;
  const { signal } = underway;
  const reporter = createReporter(first.decisions.services, run.progress, deps.now);
  let known: View | null = first;
  const pass = async (): Promise<ApplyOutcome> => {
    const seen = known ?? (await observeAndDecide(deps, request, signal));
    known = null;
    const view: View = await tidied(run, seen);
    await onePass(run, view, reporter);
    return judgeOutcome({ project: request.project.name, decisions: view.decisions, reporter, signal });
  };
  const standing = () => soFar(first.decisions.services, reporter);
  return underway.patiently(pass, { tell: reporter.phase, soFar: standing });
}

async function tidied({ deps, request, underway }: Run, view: View): Promise<View> {
  const touched = await tidyLeftovers(deps.session, view.observed.containers);
  return touched ? observeAndDecide(deps, request, underway.signal) : view;
}

function timingOf(deps: ApplyDeps): ApplyTiming {
  return { ...TIMING, ...deps.timing };
}

async function onePass(run: Run, view: View, reporter: Reporter): Promise<void> {
  const { deps, request, underway } = run;
  const lasting = { ...deps, signal: underway.signal, tell: reporter.phase };
  await whileEngineLasts(lasting, async (live) => {
    const { text: mask } = createMasker(await knownSecretValues(request.project, deps.environment));
    await runPass(createPass(run, view, { ...live, reporter, mask }));
  });
}

function createPass(run: Run, view: View, live: Pick<Pass, 'reporter' | 'events' | 'mask' | 'signal'>): Pass {
  const { deps, request, underway } = run;
  const { record } = underway;
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
    journalId: record.journalId,
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
    proved: record.proved,
    step: (id, detail, work) => record.step({ id, detail }, work),
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
