/** Pre-flight, plan, apply: nothing changes before it has been seen. */
import { useTasks } from '../../rpc/live';
import { useWorkspace } from '../../rpc/workspace';
import { Empty } from '../../ui/empty';
import { Screen } from '../../ui/panel';
import { ApplyPanel } from './apply-panel';
import { DeployActions } from './deploy-actions';
import { latestTaskOf } from './gate';
import { HistoryPanel } from './history-panel';
import { ImagesPanel } from './images-panel';
import { LockNotice } from './lock-notice';
import { useOrphanChoice } from './orphans';
import { PlanPanel } from './plan-panel';
import { PreflightPanel } from './preflight-panel';

export function DeployScreen() {
  const { stack, host, target, connected } = useWorkspace();
  const task = latestTaskOf(useTasks().items, target);
  const running = task !== null && task.endedAt === null;
  const orphans = useOrphanChoice(stack?.id ?? null);
  const waitsFor = missing(connected, stack?.unreadable !== undefined);
  if (stack === null)
    return (
      <Screen title="Deploy">
        <Empty title="No stack is chosen">Choose one at the top of the window.</Empty>
      </Screen>
    );
  return (
    <Screen
      title={`Deploy ${stack.title}`}
      aside={
        <span>
          project {stack.project} on {host?.title}
        </span>
      }
      actions={<DeployActions task={task} orphans={orphans} />}
    >
      <LockNotice running={running} />
      {task === null ? null : <ApplyPanel task={task} />}
      {waitsFor === null ? (
        <>
          <PreflightPanel />
          {host?.link == null ? null : <ImagesPanel busy={running} />}
          <PlanPanel orphans={orphans} />
        </>
      ) : (
        <Empty title={waitsFor.title}>{waitsFor.until}</Empty>
      )}
      <HistoryPanel />
    </Screen>
  );
}

/** What checking and planning need and don't have; the banner says why. */
function missing(connected: boolean, unreadable: boolean): { title: string; until: string } | null {
  if (!connected)
    return {
      title: 'Checking and planning need the engine',
      until: 'They run as soon as it answers again.',
    };
  if (unreadable)
    return {
      title: 'Checking and planning need a definition that can be read',
      until: 'They run as soon as the files are valid again.',
    };
  return null;
}
