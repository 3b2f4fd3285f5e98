import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Plan, PreflightReport, Task } from '../../../preload/contract';
import { useTaskCalls } from '../../rpc/actions';
import { useApplyShown, useFreshOnReturn } from '../../rpc/apply-shown';
import { useLock, usePlan, usePreflight } from '../../rpc/queries';
import { useWorkspace } from '../../rpc/workspace';
import classes from './deploy.module.css';
import { gateOf, skippedServices } from './gate';
import type { OrphanChoice } from './orphans';
import { RemoveStack } from './remove-stack';

export function DeployActions({ task, orphans }: { task: Task | null; orphans: OrphanChoice }) {
  const { connected, stack } = useWorkspace();
  const { data, isPlaceholderData } = usePlan(orphans.removed);
  const plan = isPlaceholderData ? null : (data ?? null);
  const apply = useApplyShown(orphans.removed);
  const { cancel } = useTaskCalls();
  const [removing, remove] = useDisclosure(false);
  const running = task !== null && task.endedAt === null;
  const report = usePreflight().data ?? null;
  const gate = gateOf({
    connected,
    unreadable: stack?.unreadable !== undefined,
    running,
    report,
    plan,
    lock: useLock().data ?? null,
  });
  useFreshOnReturn(!running && !apply.isPending);
  // Holds as long as the plan it is about is the one on show.
  const replaced = plan !== null && apply.data === plan;
  // What was chosen for these orphans says nothing about later ones.
  const begun = (changed: Plan | null) => changed === null && orphans.choose(false);
  return (
    <>
      <span className={classes.replaced} role="status">
        {replaced ? 'The plan changed since it was shown; look again' : ''}
      </span>
      {gate.blockedBecause === null ? null : (
        <span className={classes.blocked} id="apply-blocked">
          {gate.blockedBecause}
        </span>
      )}
      <Button variant="default" onClick={remove.open} disabled={!connected || running}>
        Remove
      </Button>
      {running ? (
        <Button variant="default" onClick={() => cancel.mutate(task.id)}>
          Cancel
        </Button>
      ) : null}
      <Button
        onClick={() => plan !== null && apply.mutate(plan, { onSuccess: begun })}
        loading={apply.isPending}
        disabled={gate.blockedBecause !== null}
        aria-describedby="apply-blocked"
        title={withoutWords(report)}
      >
        {gate.label}
      </Button>
      <RemoveStack opened={removing} onClose={remove.close} />
    </>
  );
}

/** The label counts them; the title names them. */
function withoutWords(report: PreflightReport | null): string | undefined {
  const skipped = skippedServices(report);
  return skipped.length === 0 ? undefined : `Left out by failed checks: ${skipped.join(', ')}`;
}
