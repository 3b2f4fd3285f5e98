import type { Verdict, VerdictState } from '../../../preload/contract';
import type { ContainerDetail } from '../hosts/engine';
import { transientKind } from '../stacks/face';
import type { SeenContainer } from './observer';

const SERVICE_LABEL = 'com.docker.compose.service';
const NUMBER_LABEL = 'com.docker.compose.container-number';
const ONE_OFF_LABEL = 'com.docker.compose.oneoff';
const ALIVE = ['running', 'restarting', 'paused'];
const STATE_ORDER = [...ALIVE, 'exited', 'dead', 'created', 'removing'];

const WORST_FIRST: VerdictState[] = [
  ...(['oom-killed', 'crash-looping', 'failed', 'unhealthy', 'lying', 'foreign'] as const),
  ...(['stopped', 'absent', 'degraded', 'unknown', 'starting'] as const),
  ...(['listening', 'running', 'healthy', 'completed'] as const),
];
/** Fewer than wanted serve, but they do serve. */
const SERVES = new Set<VerdictState>(['listening', 'running', 'healthy']);

/**
 * The containers that stand for each service, best first: all that live, and of the others as many as the service
 * is short of `wanted`. One of passage stands for its service only without another.
 */
export function replicasByService(
  containers: SeenContainer[],
  wanted: (service: string) => number,
): Map<string, SeenContainer[]> {
  const ranked = containers
    .filter(({ detail }) => detail.labels[SERVICE_LABEL] && detail.labels[ONE_OFF_LABEL] !== 'True')
    .sort((a, b) => rank(a.detail) - rank(b.detail) || b.detail.createdAt - a.detail.createdAt);
  const byService = new Map<string, SeenContainer[]>();
  for (const seen of ranked) {
    const service = seen.detail.labels[SERVICE_LABEL] ?? '';
    byService.set(service, [...(byService.get(service) ?? []), seen]);
  }
  return new Map(
    [...byService].map(([service, found]) => [service, standing(found, Math.max(1, wanted(service)))]),
  );
}

function standing(ranked: SeenContainer[], wanted: number): SeenContainer[] {
  const own = ranked.filter(({ detail }) => transientKind(detail.name) === null);
  if (own.length === 0) return ranked.slice(0, 1);
  const alive = own.filter(({ detail }) => ALIVE.includes(detail.state));
  return own.slice(0, Math.max(alive.length, wanted));
}

function rank(detail: ContainerDetail): number {
  const order = STATE_ORDER.indexOf(detail.state);
  return order === -1 ? STATE_ORDER.length : order;
}

/** What is remembered of a replica goes by its number: it outlives the container, but is not another replica's. */
export function replicaKey(service: string, { detail }: SeenContainer): string {
  const number = Number(detail.labels[NUMBER_LABEL] ?? '1');
  return number === 1 ? service : `${service}#${number}`;
}

export interface JudgedReplica {
  seen: SeenContainer;
  verdict: Verdict;
}

export interface Wanted {
  count: number;
  /** Since when fewer containers than that exist; null while there are enough. */
  shortSince: number | null;
}

/** The replica a service is judged by, with what holds for how many. Null without any. */
export function worstOf(replicas: readonly JudgedReplica[], wanted: Wanted): JudgedReplica | null {
  const [worst] = [...replicas].sort((a, b) => badness(a.verdict) - badness(b.verdict));
  const total = Math.max(wanted.count, replicas.length);
  if (!worst || total === 1) return worst ?? null;
  const { verdict } = worst;
  if (wanted.shortSince !== null && SERVES.has(verdict.state)) {
    const reason = `has ${total - replicas.length} of ${total} replicas without a container`;
    const since = wanted.shortSince;
    return { ...worst, verdict: { ...verdict, state: 'degraded', source: 'engine', since, reason } };
  }
  const alike = replicas.filter((replica) => replica.verdict.state === verdict.state).length;
  const reason = `has ${alike} of ${total} replicas ${verdict.state}: ${verdict.reason}`;
  return { ...worst, verdict: { ...verdict, reason } };
}

function badness({ state }: Verdict): number {
  return WORST_FIRST.indexOf(state);
}
