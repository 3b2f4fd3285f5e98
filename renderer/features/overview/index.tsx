/** The first thing seen: what needs attention, then every service by tier, then the work under way. */
import { type ReactNode, useEffect, useState } from 'react';
import type { Host, ServiceRow, Task } from '../../../preload/contract';
import type { Explained } from '../../rpc/errors';
import { useServiceRows, useTasks } from '../../rpc/live';
import type { LiveView } from '../../rpc/live-source';
import { observedAt } from '../../rpc/observed';
import { useWorkspace } from '../../rpc/workspace';
import { Observed } from '../../ui/age';
import { FailureNotice } from '../../ui/notice';
import { Screen } from '../../ui/panel';
import { AttentionPanel } from './attention';
import { FirstRun } from './first-run';
import { LastApply } from './last-apply';
import { NoEngine } from './no-engine';
import { RunningTask, runningTaskOf } from './running-task';
import { Tiers } from './tiers';
import { TiersSkeleton } from './tiers-skeleton';
import { WayIn } from './way-in';

/** Unreachable and never heard of: there is no last state to show. */
function neverSeen({ connection }: Host): boolean {
  return connection.state === 'unreachable' && connection.lastSeenAt === null;
}

/** A way over SSH that takes this long is worth watching; a shorter one would only flash. */
const SLOW_AFTER_MS = 1500;

function useSlowToConnect(host: Host | null): boolean {
  const [slow, setSlow] = useState(false);
  const connection = host?.connection;
  const since = host?.link != null && connection?.state === 'connecting' ? connection.since : null;
  useEffect(() => {
    setSlow(false);
    if (since === null) return;
    const timer = setTimeout(() => setSlow(true), Math.max(0, since + SLOW_AFTER_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [since]);
  return slow;
}

/** Rows of a host that never answered are what the files define, and no state of anything. */
function nothingSeen({ items }: LiveView<ServiceRow>): boolean {
  return items.every((row) => row.containerId === null);
}

/** Over SSH the way there says more than what else was tried. */
function WithoutEngine({ host }: { host: Host | null }) {
  return host === null || host.link === null ? <NoEngine /> : <WayIn host={host} />;
}

/** Nothing is known yet, nothing can be known, or nothing is there. */
function useInstead(rows: LiveView<ServiceRow>, task: Task | null): ReactNode {
  const { hosts, host, connected } = useWorkspace();
  const slow = useSlowToConnect(host);
  const nothing = nothingSeen(rows);
  if (hosts.status === 'live' && (host === null || neverSeen(host))) return <WithoutEngine host={host} />;
  if (slow && nothing) return <WithoutEngine host={host} />;
  if (rows.status === 'waiting') return <TiersSkeleton />;
  if (rows.items.length === 0 && rows.failure !== null) return <Unread failure={rows.failure} />;
  return nothing && connected && task === null ? <FirstRun /> : null;
}

export function OverviewScreen() {
  const { host, target, stack, connected } = useWorkspace();
  const rows = useServiceRows(target);
  const task = runningTaskOf(useTasks().items, target);
  const instead = useInstead(rows, task);
  if (instead !== null) return instead;
  return (
    <Screen
      title="Overview"
      aside={
        <span>
          {stack?.title} on {host?.title} · <Observed at={observedAt(rows.items)} />
        </span>
      }
    >
      {task === null ? null : <RunningTask task={task} />}
      <AttentionPanel rows={rows.items} />
      <div data-stale={!connected}>
        <Tiers rows={rows.items} task={task} />
      </div>
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
