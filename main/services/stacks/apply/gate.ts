/**
 * When a started service counts as healthy. Docker's own first probe waits one whole interval, so
 * the same test is run here from the start; the gate opens at whichever says healthy first.
 */
import { NANOSECONDS_PER_MS } from '../../../words/quantities';
import { DomainError, isDomainError } from '../../errors';
import type { ContainerDetail } from '../../hosts/engine';
import { isRecord } from '../plan/canonical';
import { isChecked } from '../plan/health-gates';
import { pause } from './concurrency';
import { isEngineLost } from './explain';
import type { Pass } from './pass-model';

const INSPECT_EVERY_MS = 1_000;
/** After this long a service is a slow starter, and probing it often only slows it further. */
const EAGER_FOR_MS = 10_000;
const LAZY_PAUSE_MS = 1_000;
const RESTARTS_OF_A_CRASH_LOOP = 3;
const OUTPUT_SHOWN = 200;
const EAGER_START_INTERVAL_MS = 250;
/** Starting the test's process alone can take seconds on a busy host. */
const OWN_TEST_FLOOR_MS = 5_000;

export interface HealthTest {
  command: string[];
  timeoutMs: number;
  /** How long the engine itself would wait before it says unhealthy. */
  patienceMs: number;
  /** True where the engine asks so often during the start (`start_interval`) that asking too would only slow it. */
  engineIsEager: boolean;
}

/** The check in force, the image's own included; null when there is none. */
export function healthTest(detail: ContainerDetail): HealthTest | null {
  const config = detail.raw.Config;
  const check = isRecord(config) && isRecord(config.Healthcheck) ? config.Healthcheck : {};
  if (!isChecked(check)) return null;
  const [kind, ...words] = Array.isArray(check.Test) ? check.Test.map(String) : [];
  const timeoutMs = milliseconds(check.Timeout, 30_000);
  const intervalMs = milliseconds(check.Interval, 30_000);
  const retries = typeof check.Retries === 'number' && check.Retries > 0 ? check.Retries : 3;
  return {
    command: kind === 'CMD' ? words : ['/bin/sh', '-c', words.join(' ')],
    timeoutMs,
    patienceMs: milliseconds(check.StartPeriod, 0) + retries * (intervalMs + timeoutMs),
    engineIsEager:
      milliseconds(check.StartPeriod, 0) > 0 &&
      milliseconds(check.StartInterval, Number.POSITIVE_INFINITY) <= EAGER_START_INTERVAL_MS,
  };
}

function milliseconds(nanoseconds: unknown, otherwise: number): number {
  return typeof nanoseconds === 'number' && nanoseconds > 0 ? nanoseconds / NANOSECONDS_PER_MS : otherwise;
}

export interface Gated {
  service: string;
  containerId: string;
  restartsBefore: number;
}

/** Resolves when healthy; rejects with a sentence on what became of the container. */
export async function untilHealthy(pass: Pass, gated: Gated, detail: ContainerDetail): Promise<void> {
  const test = healthTest(detail);
  const limitMs = Math.max(pass.timing.gateFloorMs, test?.patienceMs ?? 0);
  const done = new AbortController();
  const signal = AbortSignal.any([pass.signal, done.signal]);
  const watcher = watchState(pass, gated, detail, signal);
  const probing = probeUntil(pass, gated, { test, limitMs }, signal);
  try {
    await Promise.race([watcher, probing]);
  } finally {
    done.abort();
    // The loser of the race ends by the abort; its rejection has nothing more to say.
    await Promise.allSettled([watcher, probing]);
  }
  pass.signal.throwIfAborted();
}

/**
 * Resolves when the engine says healthy; rejects when the container does not stay up. Its `unhealthy`
 * is no end before the gate's own limit: a busy host answers late, and the service may still come.
 */
async function watchState(
  pass: Pass,
  gated: Gated,
  detail: ContainerDetail,
  signal: AbortSignal,
): Promise<void> {
  let state = detail;
  while (!signal.aborted && !judgeState(state, gated)) {
    await nextEvent(pass, gated, signal);
    if (signal.aborted || pass.events.foundHealthy(gated.containerId)) return;
    state = await pass.engine.inspectContainer(gated.containerId);
  }
}

/** Also over after a while: an engine under load tells events late. */
async function nextEvent(pass: Pass, { containerId }: Gated, signal: AbortSignal): Promise<void> {
  if (pass.events.foundHealthy(containerId)) return;
  const wake = new AbortController();
  const event = pass.events.next(containerId, AbortSignal.any([signal, wake.signal]));
  await Promise.race([event, pause(INSPECT_EVERY_MS, signal)]);
  wake.abort();
}

/** True when healthy; throws when hopeless. */
export function judgeState(
  state: ContainerDetail,
  gated: Pick<Gated, 'service' | 'restartsBefore'>,
): boolean {
  if (state.running && !state.restarting && state.health?.status === 'healthy') return true;
  const restarts = state.restartCount - gated.restartsBefore;
  if (restarts >= RESTARTS_OF_A_CRASH_LOOP)
    throw gateError(gated.service, `It is crash-looping: ${restarts} restarts. ${lastExit(state)}`);
  if (!state.running && !state.restarting && state.state !== 'created')
    throw gateError(gated.service, lastExit(state));
  return false;
}

function lastExit(state: ContainerDetail): string {
  if (state.oomKilled) return 'The kernel killed it: it used more memory than its limit.';
  const why = state.error === '' ? '' : ` (${state.error})`;
  return `It ended with exit code ${state.exitCode}${why}.`;
}

export function gateError(service: string, detail: string): DomainError {
  return new DomainError('CONFLICT', { what: `service ${service}`, detail }, detail);
}

async function probeUntil(
  pass: Pass,
  gated: Gated,
  { test, limitMs }: { test: HealthTest | null; limitMs: number },
  signal: AbortSignal,
): Promise<void> {
  const startedAt = Date.now();
  let wait = pass.timing.probeFirstMs;
  let last = 'no probe answered';
  await pause(wait, signal);
  while (!signal.aborted) {
    const outcome = await probeOnce(pass, gated, test, signal);
    if (outcome === null) return;
    if (outcome !== last) pass.reporter.set(gated.service, 'gating', `Started; not healthy yet: ${outcome}`);
    last = outcome;
    const elapsed = Date.now() - startedAt;
    if (elapsed >= limitMs) throw timedOut(gated.service, limitMs, last);
    wait = elapsed > EAGER_FOR_MS ? LAZY_PAUSE_MS : Math.min(wait * 2, pass.timing.probeCeilingMs);
    await pause(Math.min(wait, limitMs - elapsed), signal);
  }
}

function timedOut(service: string, limitMs: number, last: string): DomainError {
  const seconds = Math.round(limitMs / 1000);
  return gateError(service, `It did not become healthy within ${seconds} s. Last answer: ${last}`);
}

/** Null when healthy, otherwise what was answered. */
async function probeOnce(
  pass: Pass,
  gated: Gated,
  test: HealthTest | null,
  signal: AbortSignal,
): Promise<string | null> {
  const outside = await pass.probe(gated.service, gated.containerId, signal);
  if (outside !== null) return outside ? null : 'the probe from outside is not healthy yet.';
  if (test === null) return 'there is no way to its probe now.';
  if (test.engineIsEager) return 'waiting for its health check.';
  return pass.execLimit(() => runTest(pass, gated.containerId, test, signal));
}

async function runTest(
  pass: Pass,
  containerId: string,
  test: HealthTest,
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return 'stopped';
  const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.max(test.timeoutMs, OWN_TEST_FLOOR_MS))]);
  try {
    const result = await pass.engine.exec(containerId, test.command, limit);
    if (result.exitCode === 0) return null;
    const said = pass.mask((result.stderr || result.stdout).trim()).slice(0, OUTPUT_SHOWN);
    return said || `exit code ${result.exitCode}`;
  } catch (error) {
    if (isEngineLost(error)) throw error;
    // A container between two starts can't be asked; the state watcher judges it.
    return isDomainError(error) ? error.message : 'the check could not be run';
  }
}

/** A container without a check counts when it stays up for a moment; edges don't wait for this. */
export async function untilSettled(pass: Pass, gated: Gated): Promise<void> {
  await pause(pass.timing.settleMs, pass.signal);
  pass.signal.throwIfAborted();
  const state = await pass.engine.inspectContainer(gated.containerId);
  const restarts = state.restartCount - gated.restartsBefore;
  if (state.running && restarts === 0) return;
  if (!state.running && !state.restarting && state.exitCode === 0) return;
  if (restarts > 0 || state.restarting)
    throw gateError(gated.service, `It does not stay up: ${restarts} restarts. ${lastExit(state)}`);
  throw gateError(gated.service, lastExit(state));
}

/** Resolves when a job ended with 0, with `on-failure` retries let through; rejects with its exit code. */
export async function untilCompleted(pass: Pass, gated: Gated): Promise<void> {
  for (;;) {
    const exitCode = await pass.engine.waitContainer(gated.containerId, pass.signal);
    const state = await pass.engine.inspectContainer(gated.containerId, pass.signal);
    if (state.restarting || state.running) {
      await pause(pass.timing.probeCeilingMs, pass.signal);
      continue;
    }
    if (exitCode === 0 && state.exitCode === 0) return;
    throw gateError(gated.service, `The job failed. ${lastExit(state)}`);
  }
}
