import { useNavigate } from 'react-router';
import type { Attention, Host, ServiceRow, Stack } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { deployPath, fromOverview, hostsPath, servicePath } from '../../lib/routes';
import { useAct, useSettleUnfinished } from '../../rpc/actions';
import { useAttentionList } from '../../rpc/live';
import { observedAt } from '../../rpc/observed';
import { useAway, useWorkspace } from '../../rpc/workspace';
import { ActButton } from '../../ui/act-button';
import { Age } from '../../ui/age';
import { Panel } from '../../ui/panel';
import { StatusGlyph, statuses } from '../../ui/status-glyph';
import classes from './overview.module.css';

type Action = Attention['actions'][number];

const labels: Record<Action, string> = {
  'open-logs': 'Open logs',
  'open-probes': 'Open probes',
  restart: 'Restart',
  start: 'Start',
  'open-deploy': 'Open Deploy',
  'continue-apply': 'Continue',
  'undo-apply': 'Undo',
  'open-hosts': 'Open Hosts',
};

/** The others only lead to a screen. */
const asksEngine: ReadonlySet<Action> = new Set<Action>(['restart', 'start', 'continue-apply', 'undo-apply']);

const rank: Record<Attention['severity'], number> = { critical: 0, warning: 1 };

/**
 * Worst first, and of the same severity what stands longest: it is the likelier cause of the rest,
 * and a new finding does not push down the one being read. Deltas carry no order of their own.
 */
export function inOrder(items: readonly Attention[]): Attention[] {
  return [...items].sort(
    (left, right) =>
      rank[left.severity] - rank[right.severity] ||
      left.since - right.since ||
      left.id.localeCompare(right.id),
  );
}

/** `2 critical, 1 warning; worst first, then longest standing`. */
export function findingWords(items: readonly Attention[]): string {
  const critical = items.filter((item) => item.severity === 'critical').length;
  const warnings = items.length - critical;
  const counts = [
    ...(critical === 0 ? [] : [`${critical} critical`]),
    ...(warnings === 0 ? [] : [formatCount(warnings, 'warning')]),
  ].join(', ');
  return items.length === 1 ? counts : `${counts}; worst first, then longest standing`;
}

/** The banner above says it already, with the same buttons and more words; to go on from there takes a stale lock over. */
function saidAbove({ id }: Attention, stack: Stack | null, host: Host | null): boolean {
  if (id === 'engine') return host?.connection.state === 'unreachable';
  return (id === 'apply' || id === 'lock') && stack?.unfinished != null;
}

export function AttentionPanel({ rows }: { rows: readonly ServiceRow[] }) {
  const { target, stack, host } = useWorkspace();
  const found = useAttentionList(target).items;
  if (found.length === 0) return <Calm rows={rows} />;
  const items = found.filter((item) => !saidAbove(item, stack, host));
  if (items.length === 0) return null;
  return (
    <Panel title="Needs attention" aside={<span>{findingWords(items)}</span>} flush>
      <ul aria-label="Needs attention">
        {inOrder(items).map((item) => (
          <Entry key={item.id} item={item} />
        ))}
      </ul>
    </Panel>
  );
}

function Entry({ item }: { item: Attention }) {
  const run = useRunner(item);
  const away = useAway();
  return (
    <li className={classes.finding} data-severity={item.severity}>
      <StatusGlyph status={item.severity === 'critical' ? 'unhealthy' : 'degraded'} />
      <span className={classes.sentence}>
        <span className={classes.said}>{item.severity}: </span>
        {item.sentence}
      </span>
      <span className={classes.since}>
        <Age at={item.since} />
      </span>
      <span className={classes.acts}>
        {item.actions.map((action, index) => (
          <ActButton
            key={action}
            variant={index === 0 ? 'light' : 'default'}
            blocked={asksEngine.has(action) ? away : null}
            onClick={() => run(action)}
          >
            {labels[action]}
          </ActButton>
        ))}
      </span>
    </li>
  );
}

function useRunner({ service }: Attention): (action: Action) => void {
  const navigate = useNavigate();
  const act = useAct();
  const settle = useSettleUnfinished();
  const { stack } = useWorkspace();
  const services = service === null ? [] : [service];
  const unfinished = stack?.unfinished ?? null;
  // A removal wants a confirmation first, which the banner asks for.
  const settleBy = (choice: 'continue' | 'undo') =>
    unfinished === null || unfinished.change === 'remove'
      ? navigate(deployPath)
      : settle.mutate({ unfinished, choice });
  const runners: Record<Action, () => unknown> = {
    'open-logs': () => navigate(servicePath(service ?? '', 'logs'), { state: fromOverview }),
    'open-probes': () => navigate(servicePath(service ?? '', 'probes'), { state: fromOverview }),
    restart: () => act.mutate({ services, action: 'restart' }),
    start: () => act.mutate({ services, action: 'start' }),
    'open-deploy': () => navigate(deployPath),
    'open-hosts': () => navigate(hostsPath),
    'continue-apply': () => settleBy('continue'),
    'undo-apply': () => settleBy('undo'),
  };
  return (action) => void runners[action]();
}

/** `12 healthy, 4 starting`: largest group first. */
function countStates(rows: readonly ServiceRow[]): string {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const word = statuses[row.verdict.state].word.toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const groups = [...counts].sort((left, right) => right[1] - left[1]);
  return groups.map(([word, count]) => `${count} ${word}`).join(', ');
}

const fine = new Set(['healthy', 'completed', 'running', 'listening']);

function Calm({ rows }: { rows: readonly ServiceRow[] }) {
  const allFine = rows.length > 0 && rows.every((row) => fine.has(row.verdict.state));
  return (
    <div className={classes.calm} role="status">
      <StatusGlyph status={allFine ? 'healthy' : 'stopped'} />
      <span>
        <strong>{allFine ? 'Everything that was checked is healthy' : 'Nothing needs attention'}</strong>
        {': '}
        {countStates(rows)}
      </span>
      <span className={classes.since}>
        observed <Age at={observedAt(rows)} />
      </span>
    </div>
  );
}
