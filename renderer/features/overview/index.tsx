/** The first thing seen: what needs attention, then every service by tier, then the work under way. */
import type { Host } from '../../../preload/contract';
import { useServiceRows, useTasks } from '../../rpc/live';
import { observedAt } from '../../rpc/observed';
import { useWorkspace } from '../../rpc/workspace';
import { Age } from '../../ui/age';
import { Screen } from '../../ui/panel';
import { AttentionPanel } from './attention';
import { FirstRun } from './first-run';
import { LastApply } from './last-apply';
import { NoEngine } from './no-engine';
import { RunningTask, runningTaskOf } from './running-task';
import { Tiers, TiersSkeleton } from './tiers';

/** Unreachable and never heard of: there is no last state to show. */
function neverSeen({ connection }: Host): boolean {
  return connection.state === 'unreachable' && connection.lastSeenAt === null;
}

export function OverviewScreen() {
  const { hosts, host, target, stack } = useWorkspace();
  const rows = useServiceRows(target);
  const task = runningTaskOf(useTasks().items, stack?.id ?? null);
  if (hosts.status === 'live' && (host === null || neverSeen(host))) return <NoEngine />;
  const nothingRuns = rows.items.every((row) => row.containerId === null);
  if (rows.status === 'waiting') return <TiersSkeleton />;
  if (nothingRuns && task === null && host?.connection.state === 'connected') return <FirstRun />;
  return (
    <Screen
      title="Overview"
      aside={
        <span>
          {stack?.title} on {host?.title} · observed <Age at={observedAt(rows.items)} />
        </span>
      }
    >
      {task === null ? null : <RunningTask task={task} />}
      <AttentionPanel rows={rows.items} />
      <Tiers rows={rows.items} task={task} />
      <LastApply />
    </Screen>
  );
}
