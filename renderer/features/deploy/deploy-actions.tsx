import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Plan, PreflightReport, Task } from '../../../preload/contract';
import { useTaskCalls } from '../../rpc/actions';
import { useApplyShown, useFreshOnReturn } from '../../rpc/apply-shown';
import { useLock, usePlan, usePreflight } from '../../rpc/queries';
import { useAway, useWorkspace } from '../../rpc/workspace';
import { ActButton } from '../../ui/act-button';
import classes from './deploy.module.css';
import { gateOf, RUNNING, skippedServices } from './gate';
import type { OrphanChoice } from './orphans';
import { RemoveStack } from './remove-stack';

export function DeployActions({ task, orphans }: { task: Task | null; orphans: OrphanChoice }) {
  const { stack } = useWorkspace();
  const away = useAway();
  const { data, isPlaceholderData } = usePlan(orphans.removed);
  const plan = isPlaceholderData ? null : (data ?? null);
  const apply = useApplyShown(orphans.removed);
  const { cancel } = useTaskCalls();
  const [removing, remove] = useDisclosure(false);
  const running = task !== null && task.endedAt === null;
  const report = usePreflight().data ?? null;
  const gate = gateOf({
    away,
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
      <Reason away={away !== null} because={gate.blockedBecause} />
      <ActButton variant="default" onClick={remove.open} blocked={away ?? (running ? RUNNING : null)}>
        Remove
      </ActButton>
      {running ? (
        <Button variant="default" onClick={() => cancel.mutate(task.id)}>
          Cancel
        </Button>
      ) : null}
      <ActButton
        onClick={() => plan !== null && apply.mutate(plan, { onSuccess: begun })}
        busy={apply.isPending}
        blocked={gate.blockedBecause}
        title={withoutWords(report)}
      >
        {gate.label}
      </ActButton>
      <RemoveStack opened={removing} onClose={remove.close} />
    </>
  );
}

/** Beside the buttons, in short: the banner above says why an engine does not answer, the buttons say all of it. */
function Reason({ away, because }: { away: boolean; because: string | null }) {
  if (because === null) return null;
  return (
    <span className={classes.blocked} title={because} aria-hidden>
      {away ? 'The engine does not answer' : because}
    </span>
  );
}

/** The label counts them; the title names them. */
function withoutWords(report: PreflightReport | null): string | undefined {
  const skipped = skippedServices(report);
  return skipped.length === 0 ? undefined : `Left out by failed checks: ${skipped.join(', ')}`;
}
