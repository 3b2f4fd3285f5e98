import type { ProbeResult, Verdict, VerdictState } from '../../../preload/contract';
import { formatBytes, formatDuration } from '../../words/quantities';
import type { ContainerFacts, Finding, Observation } from './observation';
import { judgeRunning } from './running';

const LOOP_WINDOW_MS = 60_000;
const LOOP_EXITS = 3;
const LOOP_RESTARTS = 2;
const CONFIRM_EVERY_MS = 10_000;
const STEADY_MS = 30_000;
const STEADY_UNPROBED_MS = 60_000;
const OUTLIVES_RESTARTS = new Set<VerdictState>(['oom-killed', 'crash-looping', 'unknown']);
const GOOD = new Set(['healthy', 'degraded', 'listening']);

/** Pure: what is true of one service now, and since when. */
export function judgeService(observation: Observation): Verdict {
  const finding = find(observation);
  const { previous, now } = observation;
  const holds = previous?.state === finding.state && !isOfEarlierRun(observation, previous);
  const since = holds ? previous.since : Math.min(finding.since, now);
  return { ...finding, since, observedAt: observedAt(observation, finding) };
}

/** The engine confirms all the time by its silence; in steps, so that a row without news is no news. */
function observedAt({ now, previous }: Observation, finding: Finding): number {
  if (finding.state === 'unknown') return previous?.observedAt ?? now;
  if (finding.source === 'probe' && finding.evidence) return finding.evidence.at;
  const recent =
    previous !== null && previous.source === 'engine' && now - previous.observedAt < CONFIRM_EVERY_MS;
  return recent && previous.state === finding.state ? previous.observedAt : now;
}

/** What a container was before its restart says nothing about how long it has been so now. */
function isOfEarlierRun({ container }: Observation, previous: Verdict): boolean {
  if (container?.state !== 'running' || container.startedAt === null) return false;
  return !OUTLIVES_RESTARTS.has(previous.state) && previous.since < container.startedAt;
}

function find(seen: Observation): Finding {
  if (seen.engineLostSince !== null) return lost(seen, seen.engineLostSince);
  const { container } = seen;
  if (!container)
    return engine('absent', seen.now, seen.unit === 'job' ? 'has not run yet' : 'has no container yet');
  return (
    findOutOfMemory(seen, container) ??
    findCrashLoop(seen, container) ??
    (container.state === 'running' ? judgeRunning(seen, container) : findEnded(seen, container))
  );
}

/** The last known state stays readable, however often this is asked. */
function lost({ previous }: Observation, since: number): Finding {
  const silent = { state: 'unknown', since, source: 'none', evidence: previous?.evidence ?? null } as const;
  if (previous === null) return { ...silent, reason: 'the engine does not answer; never seen before' };
  if (previous.state === 'unknown')
    return { ...silent, reason: previous.reason, lastSeen: previous.lastSeen };
  const { state, reason } = previous;
  const words = `the engine does not answer; last seen ${state}: ${reason}`;
  return { ...silent, reason: words, lastSeen: { state, reason } };
}

function findOutOfMemory(seen: Observation, container: ContainerFacts): Finding | null {
  const flagged = container.oomKilled ? (container.finishedAt ?? container.startedAt ?? seen.now) : null;
  const at = seen.history.oomAt ?? flagged;
  if (at === null || hasSettled(seen, container, at)) return null;
  const limit = container.memoryLimitBytes;
  const what = limit ? `its memory limit of ${formatBytes(limit)}` : 'the memory of the host';
  return engine('oom-killed', at, `was killed for exceeding ${what}; ${aftermath(container)}`);
}

function aftermath(container: ContainerFacts): string {
  if (container.state === 'running') return 'runs again, not yet long enough to trust';
  return container.state === 'restarting' ? 'the engine starts it again' : 'it stays down until started';
}

/** Well again: good probes for a while, or simply up for longer. */
function hasSettled(seen: Observation, container: ContainerFacts, since: number): boolean {
  if (container.state !== 'running' || container.startedAt === null || container.startedAt < since - 1000) {
    return (
      container.state === 'running' &&
      seen.now - since >= STEADY_UNPROBED_MS &&
      (seen.probing !== 'defined' || isGood(seen.probes[0]))
    );
  }
  const upMs = seen.now - container.startedAt;
  if (seen.probing !== 'defined') return upMs >= STEADY_UNPROBED_MS;
  return isGood(seen.probes[0]) && (upMs >= STEADY_UNPROBED_MS || goodForMs(seen, since) >= STEADY_MS);
}

function goodForMs(seen: Observation, since: number): number {
  const bad = seen.probes.findIndex((probe) => !isGood(probe) || probe.at < since);
  const streak = bad === -1 ? seen.probes : seen.probes.slice(0, bad);
  return seen.now - (streak.at(-1)?.at ?? seen.now);
}

function isGood(probe: ProbeResult | undefined): boolean {
  return probe !== undefined && GOOD.has(probe.outcome);
}

function findCrashLoop(seen: Observation, container: ContainerFacts): Finding | null {
  const { exits } = seen.history;
  const recent = exits.filter((exit) => exit.at > seen.now - LOOP_WINDOW_MS);
  const restarting = container.state === 'restarting';
  if (!restarting && container.state !== 'running') return null;
  if (!restarting && isSteady(seen, container)) return null;
  const begins = recent.length >= LOOP_EXITS || (restarting && container.restartCount >= LOOP_RESTARTS);
  if (!begins && seen.previous?.state !== 'crash-looping') return null;
  return engine(
    'crash-looping',
    exits[0]?.at ?? container.finishedAt ?? seen.now,
    loopReason(seen, container),
  );
}

function isSteady(seen: Observation, container: ContainerFacts): boolean {
  const upMs = seen.now - (container.startedAt ?? seen.now);
  if (upMs >= STEADY_UNPROBED_MS) return true;
  return upMs >= STEADY_MS && (seen.probing !== 'defined' || isGood(seen.probes[0]));
}

function loopReason({ history: { exits } }: Observation, container: ContainerFacts): string {
  const last = exits.at(-1);
  const first = exits[0];
  const exitCode = last?.exitCode ?? container.exitCode;
  const count = Math.max(exits.length, container.restartCount);
  const span = first && last && last.at > first.at ? ` in ${formatDuration(last.at - first.at)}` : '';
  return `keeps crashing: exit code ${exitCode}, ${count} restarts${span}; the engine starts it again`;
}

function findEnded(seen: Observation, container: ContainerFacts): Finding {
  const at = container.finishedAt ?? seen.now;
  switch (container.state) {
    case 'created':
      if (container.error) return engine('failed', seen.now, `could not be started: ${container.error}`);
      return engine('stopped', seen.now, 'was created and never started');
    case 'restarting':
      return engine('starting', at, `ended with exit code ${container.exitCode}; the engine starts it again`);
    case 'paused':
      return engine('stopped', seen.now, 'is paused');
    case 'removing':
      return engine('stopped', at, 'is being removed');
    default:
      return ended(seen, container, at);
  }
}

/** SIGINT, SIGKILL and SIGTERM: how a stop from outside ends a program that does not catch it. */
const STOP_CODES = new Set([0, 130, 137, 143]);

function ended(seen: Observation, container: ContainerFacts, at: number): Finding {
  const code = container.exitCode;
  if (seen.unit === 'job') {
    if (code === 0) return engine('completed', at, 'ended with exit code 0');
    return engine('failed', at, `failed with exit code ${code}${becauseOf(container)}`);
  }
  if (seen.history.stopRequested) return engine('stopped', at, `was stopped (exit code ${code})`);
  const tries = container.restartCount > 0 ? ` after ${container.restartCount} restarts` : '';
  if (STOP_CODES.has(code)) return engine('stopped', at, `ended with exit code ${code}${tries}`);
  return engine('failed', at, `ended by itself with exit code ${code}${tries}${becauseOf(container)}`);
}

function becauseOf(container: ContainerFacts): string {
  return container.error ? `: ${container.error}` : '';
}

function engine(state: VerdictState, since: number, reason: string): Finding {
  return { state, since, source: 'engine', reason, evidence: null };
}
