import type {
  ApplyLock,
  Attention,
  JournaledChange,
  ServiceRow,
  Stack,
  VerdictState,
} from '../../../preload/contract';
import { formatDuration, plural } from '../../words/quantities';
import { CHANGE_NOUNS } from '../stacks/face';
import type { UnderWay } from './under-way';

export interface AttentionInput {
  now: number;
  rows: readonly ServiceRow[];
  /** Service → services it needs. */
  dependsOn: ReadonlyMap<string, readonly string[]>;
  /** Null while the engine answers. */
  engineLost: { since: number; host: string } | null;
  stack: Pick<Stack, 'title' | 'unfinished' | 'unreadable'> | null;
  lock: ApplyLock | null;
  underWay: UnderWay;
}

/** What no task brings about by merely being under way. */
const ALWAYS_NEWS = new Set<VerdictState>(['oom-killed', 'crash-looping', 'lying', 'foreign']);

/** Worst first. */
const CRITICAL: VerdictState[] = ['oom-killed', 'crash-looping', 'failed', 'unhealthy', 'lying', 'foreign'];
const WARNING: VerdictState[] = ['degraded', 'stopped'];
/** Cannot serve whoever needs it. */
const DOWN = new Set<VerdictState>([
  'oom-killed',
  'crash-looping',
  'failed',
  'unhealthy',
  'stopped',
  'absent',
  'foreign',
]);
const ALIVE = new Set<VerdictState>([
  'starting',
  'running',
  'listening',
  'healthy',
  'degraded',
  'unhealthy',
  'lying',
  'foreign',
  'crash-looping',
  'oom-killed',
]);

const ACTIONS: Partial<Record<VerdictState, Attention['actions']>> = {
  'oom-killed': ['open-logs', 'restart'],
  'crash-looping': ['open-logs', 'restart'],
  failed: ['open-logs', 'start'],
  unhealthy: ['open-logs', 'open-probes', 'restart'],
  lying: ['open-logs', 'open-probes', 'restart'],
  foreign: ['open-probes', 'open-logs'],
  degraded: ['open-logs', 'open-probes'],
  stopped: ['start', 'open-logs'],
};

/** Pure: what needs a person, worst first. Nothing for a stack of which nothing is up. */
export function deriveAttention(input: AttentionInput): Attention[] {
  if (input.engineLost) return [engineLost(input.engineLost)];
  const items = [
    ...definitionItem(input),
    ...applyItems(input),
    ...serviceItems(input),
    ...absentItem(input),
  ];
  return items.sort((a, b) => severityRank(a) - severityRank(b));
}

function severityRank(item: Attention): number {
  return item.severity === 'critical' ? 0 : 1;
}

function engineLost({ since, host }: { since: number; host: string }): Attention {
  const sentence = `The engine of ${host} does not answer; the last known state is shown.`;
  return { id: 'engine', service: null, severity: 'critical', sentence, since, actions: ['open-hosts'] };
}

/** The place is in the failure's own words; when it was read last is the banner's to say, in the reader's clock. */
function definitionItem({ stack }: AttentionInput): Attention[] {
  if (!stack?.unreadable) return [];
  const { failure, since, lastReadAt } = stack.unreadable;
  const source = lastReadAt === null ? 'what the containers tell of themselves' : 'the last definition read';
  const sentence = `The definition of ${stack.title} can't be read; rows show ${source}. ${failure.message}`;
  return [
    { id: 'definition', service: null, severity: 'warning', sentence, since, actions: ['open-deploy'] },
  ];
}

function applyItems({ stack, lock, now, underWay }: AttentionInput): Attention[] {
  if (underWay.changesStack || (lock && !lock.stale)) return [];
  if (lock) {
    const age = formatDuration(now - lock.lastBeatAt);
    const sentence = `${lock.owner} holds the apply lock and gave its last sign of life ${age} ago.`;
    return [
      {
        id: 'lock',
        service: null,
        severity: 'warning',
        sentence,
        since: lock.since,
        actions: ['open-deploy'],
      },
      ...unfinishedItem(stack),
    ];
  }
  return unfinishedItem(stack);
}

function unfinishedItem(stack: AttentionInput['stack']): Attention[] {
  const unfinished = stack?.unfinished;
  if (!stack || !unfinished) return [];
  const { change = 'apply', doneSteps, totalSteps, startedAt } = unfinished;
  const what = `${change === 'apply' ? 'An' : 'A'} ${CHANGE_NOUNS[change]} of ${stack.title}`;
  const sentence = `${what} ended early: ${doneSteps} of ${totalSteps} steps are done.`;
  const actions = unfinishedActions(change);
  return [{ id: 'apply', service: null, severity: 'warning', sentence, since: startedAt, actions }];
}

/** A removal asks for a confirmation, which the window does beside the plan. */
function unfinishedActions(change: JournaledChange): Attention['actions'] {
  if (change === 'apply') return ['continue-apply', 'undo-apply'];
  return change === 'remove' ? ['open-deploy'] : ['continue-apply'];
}

function serviceItems(input: AttentionInput): Attention[] {
  const byId = new Map(input.rows.map((row) => [row.id, row]));
  const anythingUp = input.rows.some((row) => row.unit !== 'job' && ALIVE.has(row.verdict.state));
  const order = [...CRITICAL, ...WARNING];
  return input.rows
    .filter((row) => order.includes(row.verdict.state))
    .filter((row) => anythingUp || row.verdict.state !== 'stopped')
    .filter((row) => ALWAYS_NEWS.has(row.verdict.state) || !input.underWay.concerns(row.id))
    .filter((row) => !isConsequence(row, byId, input.dependsOn))
    .sort(
      (a, b) => order.indexOf(a.verdict.state) - order.indexOf(b.verdict.state) || a.tierOrder - b.tierOrder,
    )
    .map((row) => serviceItem(row, input));
}

function serviceItem(row: ServiceRow, input: AttentionInput): Attention {
  const { state, since } = row.verdict;
  const severity = CRITICAL.includes(state) ? 'critical' : 'warning';
  const actions =
    row.unit === 'job' ? (['open-logs', 'open-deploy'] as const) : (ACTIONS[state] ?? ['open-logs']);
  const sentence = `${row.title} ${withAge(row, input.now)}${dependants(row, input)}.`;
  return { id: `service:${row.id}`, service: row.id, severity, sentence, since, actions: [...actions] };
}

/** Only a kill needs its age in words: everything else is going on now. */
function withAge(row: ServiceRow, now: number): string {
  const { state, reason, since } = row.verdict;
  if (state !== 'oom-killed') return reason;
  const [cause, ...rest] = reason.split('; ');
  return [`${cause} ${formatDuration(coarse(now - (row.lastOomAt ?? since)))} ago`, ...rest].join('; ');
}

/** In steps, so that a sentence does not change with every look. */
function coarse(ms: number): number {
  const stepMs = ms < 60_000 ? 5000 : 60_000;
  return Math.max(stepMs, Math.round(ms / stepMs) * stepMs);
}

function dependants(row: ServiceRow, { rows, dependsOn }: AttentionInput): string {
  if (!DOWN.has(row.verdict.state)) return '';
  const count = rows.filter(
    (other) => other.unit !== 'job' && other.id !== row.id && needs(other.id, dependsOn).has(row.id),
  ).length;
  if (count === 0) return '';
  return `; ${plural(count, 'service')} ${count === 1 ? 'depends' : 'depend'} on it`;
}

/**
 * A fault that the fault of something it needs explains is told there, once. A kill for memory is
 * always its own; a crash or a bad body is blamed on a data store only.
 */
function isConsequence(
  row: ServiceRow,
  byId: ReadonlyMap<string, ServiceRow>,
  dependsOn: AttentionInput['dependsOn'],
): boolean {
  const { state } = row.verdict;
  if (state === 'oom-killed' || state === 'foreign' || state === 'stopped') return false;
  const own = row.side === 'data' || row.unit === 'job';
  const needed = [...needs(row.id, dependsOn)].flatMap((id) => byId.get(id) ?? []);
  const culprits = needed.filter((need) => DOWN.has(need.verdict.state));
  if (state === 'unhealthy' || state === 'degraded')
    return [...culprits, ...needed.filter(isStarting)].some((need) => need.unit !== 'job');
  return !own && culprits.some((need) => need.side === 'data' && need.unit !== 'job');
}

/** What it needs is on its way: no fault at all yet. */
function isStarting(row: ServiceRow): boolean {
  return row.verdict.state === 'starting';
}

/** Everything a service needs, directly or not. */
function needs(id: string, dependsOn: AttentionInput['dependsOn']): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(dependsOn.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === id || found.has(next)) continue;
    found.add(next);
    open.push(...(dependsOn.get(next) ?? []));
  }
  return found;
}

function absentItem({ rows, stack, now, underWay }: AttentionInput): Attention[] {
  const absent = rows
    .filter((row) => row.verdict.state === 'absent' && row.unit !== 'job')
    .filter((row) => !underWay.concerns(row.id));
  const anythingUp = rows.some((row) => row.unit !== 'job' && ALIVE.has(row.verdict.state));
  if (!anythingUp || absent.length === 0 || stack?.unfinished) return [];
  const titles = absent.slice(0, 3).map((row) => row.title);
  const more = absent.length > 3 ? ` and ${absent.length - 3} more` : '';
  const sentence = `${titles.join(', ')}${more} ${absent.length === 1 ? 'has' : 'have'} no container yet.`;
  const since = Math.min(now, ...absent.map((row) => row.verdict.since));
  return [{ id: 'absent', service: null, severity: 'warning', sentence, since, actions: ['open-deploy'] }];
}
