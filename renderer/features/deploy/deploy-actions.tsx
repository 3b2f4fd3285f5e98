import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Task } from '../../../preload/contract';
import { useApply, useTaskCalls } from '../../rpc/actions';
import { useLock, usePlan, usePreflight } from '../../rpc/queries';
import { useWorkspace } from '../../rpc/workspace';
import classes from './deploy.module.css';
import { gateOf } from './gate';
import { RemoveStack } from './remove-stack';

export function DeployActions({ task }: { task: Task | null }) {
  const { connected, stack } = useWorkspace();
  const apply = useApply();
  const { cancel } = useTaskCalls();
  const [removing, remove] = useDisclosure(false);
  const running = task !== null && task.endedAt === null;
  const gate = gateOf({
    connected,
    running,
    report: usePreflight().data ?? null,
    plan: usePlan().data ?? null,
    lock: useLock().data ?? null,
  });
  const containers = stack?.containers ?? 0;
  return (
    <>
      {gate.blockedBecause === null ? null : (
        <span className={classes.blocked} id="apply-blocked">
          {gate.blockedBecause}
        </span>
      )}
      <Button variant="default" onClick={remove.open} disabled={!connected || running || containers === 0}>
        Remove
      </Button>
      {running ? (
        <Button variant="default" onClick={() => cancel.mutate(task.id)}>
          Cancel
        </Button>
      ) : null}
      <Button
        onClick={() => apply.mutate(undefined)}
        loading={apply.isPending}
        disabled={gate.blockedBecause !== null}
        aria-describedby="apply-blocked"
      >
        {gate.label}
      </Button>
      <RemoveStack opened={removing} onClose={remove.close} />
    </>
  );
}
