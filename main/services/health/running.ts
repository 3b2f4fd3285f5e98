import type { ProbeResult, VerdictState } from '../../../preload/contract';
import type { ContainerFacts, Finding, Observation } from './observation';

/** An honest service may say no while it still connects; later the same answer is a fault. */
const WARM_UP_MS = 10_000;
/** Of what a health check printed, in characters. */
const REMARK_LIMIT = 80;
const PATIENT = new Set(['refused', 'timeout', 'unhealthy']);
const WARMING = new Set(['lying', 'degraded']);
const GOOD_STATES = new Set<VerdictState>(['healthy', 'degraded', 'listening']);
const GOOD_OUTCOMES = new Set(['healthy', 'degraded', 'listening']);

/** Pure: a container the engine calls running, judged by its probes or, without any, by its own health check. */
export function judgeRunning(seen: Observation, container: ContainerFacts): Finding {
  const probes = seen.probes.filter((probe) => probe.at >= (container.startedAt ?? 0));
  const latest = probes[0];
  if (seen.unit === 'job')
    return found('running', container.startedAt ?? seen.now, 'engine', 'the job is running');
  if (seen.probing !== 'defined' || !latest) return judgeUnprobed(seen, container);
  return judgeProbed({ seen, container, probes, latest });
}

function judgeUnprobed(seen: Observation, container: ContainerFacts): Finding {
  const startedAt = container.startedAt ?? seen.now;
  const limit = seen.probing === 'no-way' ? '; there is no way to probe it from here' : '';
  switch (container.health) {
    case 'healthy':
      return found('healthy', seen.now, 'engine', `its own health check passes${limit}`);
    case 'starting':
      return found('starting', startedAt, 'engine', `its own health check has not passed yet${limit}`);
    case 'unhealthy':
      return found(
        'unhealthy',
        seen.now,
        'engine',
        `its own health check fails${colon(container.healthOutput)}${limit}`,
      );
    default:
      return unproven(seen, startedAt);
  }
}

function unproven(seen: Observation, startedAt: number): Finding {
  if (seen.probing === 'no-way')
    return found('running', startedAt, 'engine', 'is up; there is no way to probe it from here');
  if (seen.probing === 'none')
    return found('running', startedAt, 'engine', 'is up; nothing is defined to probe');
  if (seen.now - startedAt < seen.graceMs)
    return found('starting', startedAt, 'engine', 'has not answered yet');
  return found('running', startedAt, 'engine', 'is up; the first probe is under way');
}

interface Probed {
  seen: Observation;
  container: ContainerFacts;
  /** Newest first, since the start. */
  probes: readonly ProbeResult[];
  latest: ProbeResult;
}

function judgeProbed(probed: Probed): Finding {
  return stillStarting(probed) ?? oneMissed(probed) ?? byOutcome(probed);
}

function stillStarting({ seen, container, probes, latest }: Probed): Finding | null {
  const startedAt = container.startedAt ?? seen.now;
  const upMs = seen.now - startedAt;
  const patient = PATIENT.has(latest.outcome) && upMs < seen.graceMs;
  const warming = WARMING.has(latest.outcome) && upMs < WARM_UP_MS;
  if (!(patient || warming) || probes.some((probe) => isGoodButWarming(probe, startedAt))) return null;
  return { ...found('starting', startedAt, 'probe', `${latest.reason} so far`), evidence: latest };
}

/** Degraded during the warm-up is still part of starting, so it does not count as having been well. */
function isGoodButWarming(probe: ProbeResult, startedAt: number): boolean {
  return (
    GOOD_OUTCOMES.has(probe.outcome) && !(probe.outcome === 'degraded' && probe.at - startedAt < WARM_UP_MS)
  );
}

/** One silent probe after good ones is as likely the network's or the machine's hiccup. */
function oneMissed({ seen, probes, latest }: Probed): Finding | null {
  const before = probes[1];
  const { previous } = seen;
  if (latest.outcome !== 'timeout' || !before || !GOOD_OUTCOMES.has(before.outcome)) return null;
  const state = previous && GOOD_STATES.has(previous.state) ? previous.state : stateOf(before);
  const reason = `${before.reason}; the last probe ${latest.reason}, a second in a row would count`;
  return { state, since: before.at, source: 'probe', reason, evidence: latest };
}

function byOutcome({ seen, container, probes, latest }: Probed): Finding {
  const state = stateOf(latest);
  const since = startOfStreak(probes, state);
  if (state === 'listening' && latest.status === null && container.health !== null) {
    return { ...byOwnCheck(seen, container, latest), since };
  }
  return {
    state,
    since,
    source: 'probe',
    reason: `${latest.reason}${remarkOn(latest, container, probes)}`,
    evidence: latest,
  };
}

/** A bare TCP connection says little; the container's own check then decides. */
function byOwnCheck(seen: Observation, container: ContainerFacts, latest: ProbeResult): Finding {
  const own = judgeUnprobed(seen, container);
  return { ...own, reason: `${latest.reason}; ${own.reason}`, evidence: latest };
}

function stateOf(probe: ProbeResult): VerdictState {
  if (probe.outcome === 'refused' || probe.outcome === 'timeout') return 'unhealthy';
  return probe.outcome;
}

function startOfStreak(probes: readonly ProbeResult[], state: VerdictState): number {
  const other = probes.findIndex((probe) => stateOf(probe) !== state);
  const streak = other === -1 ? probes : probes.slice(0, other);
  return streak.at(-1)?.at ?? 0;
}

function remarkOn(latest: ProbeResult, container: ContainerFacts, probes: readonly ProbeResult[]): string {
  if (latest.outcome === 'healthy' && container.health === 'unhealthy') {
    return `; its own health check fails${colon(container.healthOutput)}`;
  }
  const wasWell = probes.some((probe) => GOOD_OUTCOMES.has(probe.outcome));
  return PATIENT.has(latest.outcome) && !wasWell ? '; it has not answered well since it started' : '';
}

function colon(detail: string): string {
  const flat = detail.trim().replaceAll(/\s+/g, ' ').slice(0, REMARK_LIMIT);
  return flat ? ` (${flat})` : '';
}

function found(state: VerdictState, since: number, source: 'engine' | 'probe', reason: string): Finding {
  return { state, since, source, reason, evidence: null };
}
