/** The first thing seen: what needs attention, then every service by tier, then the work under way. */
import type { ReactNode } from 'react';
import type { Host, ServiceRow, Task } from '../../../preload/contract';
import type { Explained } from '../../rpc/errors';
import { useServiceRows, useTasks } from '../../rpc/live';
import type { LiveView } from '../../rpc/live-source';
import { observedAt } from '../../rpc/observed';
import { useWorkspace } from '../../rpc/workspace';
import { Age } from '../../ui/age';
import { FailureNotice } from '../../ui/notice';
import { Screen } from '../../ui/panel';
import { AttentionPanel } from './attention';
import { FirstRun } from './first-run';
import { LastApply } from './last-apply';
import { NoEngine } from './no-engine';
import { RunningTask, runningTaskOf } from './running-task';
import { Tiers } from './tiers';
import { TiersSkeleton } from './tiers-skeleton';

/** Unreachable and never heard of: there is no last state to show. */
function neverSeen({ connection }: Host): boolean {
  return connection.state === 'unreachable' && connection.lastSeenAt === null;
}

/** Nothing is known yet, nothing can be known, or nothing is there. */
function useInstead(rows: LiveView<ServiceRow>, task: Task | null): ReactNode {
  const { hosts, host } = useWorkspace();
  if (hosts.status === 'live' && (host === null || neverSeen(host))) return <NoEngine />;
  if (rows.status === 'waiting') return <TiersSkeleton />;
  if (rows.items.length === 0 && rows.failure !== null) return <Unread failure={rows.failure} />;
  const nothingRuns = rows.items.every((row) => row.containerId === null);
  const ready = host?.connection.state === 'connected' && task === null;
  return nothingRuns && ready ? <FirstRun /> : null;
}

export function OverviewScreen() {
  const { host, target, stack } = useWorkspace();
  const rows = useServiceRows(target);
  const task = runningTaskOf(useTasks().items, stack?.id ?? null);
  const instead = useInstead(rows, task);
  if (instead !== null) return instead;
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

/** The stack cannot be read, which is not the same as nothing running here. */
function Unread({ failure }: { failure: Explained }) {
  const { stack } = useWorkspace();
  return (
    <Screen title="Overview" aside={<span>{stack?.title} is read again every few seconds</span>}>
      <FailureNotice failure={failure} />
      <LastApply />
    </Screen>
  );
}
