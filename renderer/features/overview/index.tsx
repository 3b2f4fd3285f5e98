/** The first thing seen: what needs attention, then every service by tier, then the work under way. */
import { useServiceRows, useTasks } from '../../rpc/live';
import { useWorkspace } from '../../rpc/workspace';
import { Age } from '../../ui/age';
import { Screen } from '../../ui/panel';
import { AttentionPanel } from './attention';
import { FirstRun } from './first-run';
import { LastApply } from './last-apply';
import { NoEngine } from './no-engine';
import { RunningTask, runningTaskOf } from './running-task';
import { Tiers, TiersSkeleton } from './tiers';

export function OverviewScreen() {
  const { hosts, host, target, stack } = useWorkspace();
  const rows = useServiceRows(target);
  const task = runningTaskOf(useTasks().items, stack?.id ?? null);
  const neverSeen = host?.connection.state === 'unreachable' && rows.receivedAt === null;
  if (hosts.status === 'live' && (host === null || neverSeen)) return <NoEngine />;
  const nothingRuns = rows.items.every((row) => row.containerId === null);
  if (rows.status === 'waiting') return <TiersSkeleton />;
  if (nothingRuns && task === null && host?.connection.state === 'connected') return <FirstRun />;
  return (
    <Screen
      title="Overview"
      aside={
        <span>
          {stack?.title} on {host?.title} · updated <Age at={rows.receivedAt} />
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
