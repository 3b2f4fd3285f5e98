import { cancelled, DomainError } from '../../errors';
import type { ContainerDetail } from '../../hosts/engine';
import type { ComposeProject } from '../compose-file/model';
import type { ApplyOutcome, ApplyProgress } from '../face';
import type { ObservedContainer } from '../plan/model';
import { observeContainers } from '../plan/observe';
import { dependencies } from '../plan/service-facts';
import { actOutcome, chosen, PAST } from './act-choice';
import { createChange, type Underway } from './change';
import { allEnded, pause } from './concurrency';
import { waitingFor } from './endure';
import { explain, isEngineLost } from './explain';
import { runGraph } from './graph';
import type { ActRequest, ApplyDeps } from './model';
import { list } from './outcome';
import { priorOf } from './record';
import { createReporter, type Reporter } from './report';

const RUNNING_LIMIT_MS = 20_000;
const POLL_MS = 50;
/** A program that ends at once is not running, however short the engine said so. */
const STAYS_UP_MS = 300;

interface Act {
  deps: ApplyDeps;
  request: ActRequest;
  containers: ObservedContainer[];
  reporter: Reporter;
  /** All it acts on, once that is known. */
  services: string[] | null;
  /** Services that were acted on before the engine was lost or the console ended: a restart is not repeated. */
  done: Set<string>;
  underway: Underway;
  signal: AbortSignal;
}

type Wanted = Omit<Act, 'containers' | 'reporter'>;

const WORDS = {
  start: { doing: 'Starting', done: 'Running.', yet: 'Not started yet' },
  stop: { doing: 'Stopping', done: 'Stopped.', yet: 'Not stopped yet' },
  restart: { doing: 'Restarting', done: 'Running.', yet: 'Not restarted yet' },
} as const;

/**
 * Starts, stops or restarts services in the order of their dependencies (stop: the other way
 * round). Rejects with APPLY_LOCKED while another change is made, NOT_FOUND when a service has no container,
 * APPLY_FAILED when one does not run afterwards, CANCELLED.
 */
export function actOnServices(
  deps: ApplyDeps,
  request: ActRequest,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  const { stackId, project, action, continues } = request;
  const tell = (phase: string): void => progress.phase(phase, null, null);
  const about = { stackId, project: project.name, kind: action, continues, tell };
  return createChange(deps, about, signal).run((underway) => {
    const done = new Set(request.done);
    const wanted: Wanted = { deps, request, services: null, done, underway, signal: underway.signal };
    return underway.patiently(() => actInOrder(wanted, progress), { soFar: () => soFar(wanted) });
  });
}

/** For one that ends half-way because the engine stays away. */
function soFar({ services, done, request: { action } }: Wanted): string {
  const past = PAST[action];
  const { yet } = WORDS[action];
  const rest = (services ?? []).filter((name) => !done.has(name));
  return `${past.charAt(0).toUpperCase()}${past.slice(1)}: ${list([...done])}. ${yet}: ${list(rest)}.`;
}

async function actInOrder(wanted: Wanted, progress: ApplyProgress): Promise<ApplyOutcome> {
  const { deps, request, signal } = wanted;
  const { project, action } = request;
  const containers = await observeContainers(deps.session.engine, project.name, signal);
  const names = wanted.services ?? (await beginWith(wanted, containers));
  const reporter = createReporter(names, progress, deps.now);
  reporter.phase(`${WORDS[action].doing} services`);
  const act: Act = { ...wanted, containers, reporter };
  const { failed, blocked } = await runGraph(names, order(project, action), (name) => actOn(act, name));
  for (const error of failed.values()) if (isEngineLost(error)) throw error;
  for (const name of blocked)
    reporter.set(name, signal.aborted ? 'cancelled' : 'blocked', 'Not tried: a service it needs failed.');
  if (signal.aborted) throw cancelled(`The ${action} of ${project.name}`);
  if (failed.size > 0) throw actFailed(act, failed, blocked);
  return actOutcome(request, names, containers);
}

async function beginWith(wanted: Wanted, containers: ObservedContainer[]): Promise<string[]> {
  const { request, underway, done } = wanted;
  const names = chosen(request, containers);
  const stepIds = names.map((name) => actStep(request, name).id);
  await underway.begin({ stepIds, prior: priorOf(containers), services: names });
  for (const name of done) underway.record.done(actStep(request, name));
  wanted.services = names;
  return names;
}

function actStep({ action }: ActRequest, name: string): { id: string; detail: string } {
  return { id: actStepId(action, name), detail: `${WORDS[action].doing} ${name}` };
}

export function actStepId(action: ActRequest['action'], service: string): string {
  return `${action}:${service}`;
}

function order(project: ComposeProject, action: ActRequest['action']): (name: string) => string[] {
  const needs = (name: string): string[] => {
    const service = project.services[name];
    return service === undefined ? [] : dependencies(project, service);
  };
  if (action !== 'stop') return needs;
  return (name) => Object.keys(project.services).filter((other) => needs(other).includes(name));
}

async function actOn(act: Act, name: string): Promise<void> {
  const { request, reporter, signal } = act;
  signal.throwIfAborted();
  if (act.done.has(name)) return reporter.set(name, 'ready', WORDS[request.action].done);
  const own = act.containers.filter(({ service, transient }) => service === name && transient === null);
  reporter.set(name, request.action === 'stop' ? 'stopping' : 'starting', `${WORDS[request.action].doing}.`);
  try {
    const work = () => allEnded(own.map((container) => actOnContainer(act, container)));
    await act.underway.record.step(actStep(request, name), work);
  } catch (error) {
    await tellFailure(act, name, error);
    throw error;
  }
  act.done.add(name);
  reporter.set(name, 'ready', WORDS[request.action].done);
}

async function tellFailure({ deps, reporter, signal }: Act, name: string, error: unknown): Promise<void> {
  if (isEngineLost(error) && !signal.aborted) return reporter.set(name, 'waiting', waitingFor(error));
  reporter.set(name, signal.aborted ? 'cancelled' : 'failed', await explain(deps.session, error));
}

async function actOnContainer(act: Act, { id }: ObservedContainer): Promise<void> {
  const { engine } = act.deps.session;
  const { action } = act.request;
  if (action === 'stop') return engine.stopContainer(id, null);
  if (action === 'restart') await engine.stopContainer(id, null);
  await engine.startContainer(id);
  await untilRunning(act, id);
}

/** Stays up for a moment, or ended well: a crash-looping container is told as what it is. */
async function untilRunning(act: Act, id: string): Promise<void> {
  const { engine } = act.deps.session;
  const deadline = act.deps.now() + RUNNING_LIMIT_MS;
  let upSince: number | null = null;
  for (;;) {
    act.signal.throwIfAborted();
    const state = await engine.inspectContainer(id);
    const up = state.running && !state.restarting;
    upSince = up ? (upSince ?? act.deps.now()) : null;
    if (upSince !== null && act.deps.now() - upSince >= STAYS_UP_MS) return;
    if (!up && !state.restarting && state.exitCode === 0) return;
    if ((!up && !state.restarting) || act.deps.now() > deadline) throw notRunning(state);
    await pause(POLL_MS, act.signal);
  }
}

function notRunning(state: ContainerDetail): DomainError {
  const detail = state.restarting
    ? `It does not stay up: exit code ${state.exitCode}, ${state.restartCount} restarts.`
    : `It ended with exit code ${state.exitCode}.`;
  return new DomainError('CONFLICT', { what: `container ${state.name}`, detail }, detail);
}

function actFailed(act: Act, failed: Map<string, unknown>, blocked: string[]): DomainError {
  const { project, action } = act.request;
  const causes = [...failed.keys()].map((name) => `${name}: ${act.reporter.detailOf(name)}`);
  const detail = causes.join(' ');
  const names = [...failed.keys(), ...blocked];
  return new DomainError(
    'APPLY_FAILED',
    { project: project.name, failed: names, detail },
    `The ${action} did not succeed. ${detail}`,
  );
}
