import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import type { Task } from '../../../preload/contract';
import { deployPath } from '../../lib/routes';
import type { Target } from '../../rpc/live';
import { Elapsed } from '../../ui/age';
import { ProgressBar } from '../../ui/meter';
import { Panel } from '../../ui/panel';
import classes from './overview.module.css';

export function runningTaskOf(tasks: readonly Task[], on: Target | null): Task | null {
  const running = tasks.find(
    (task) =>
      task.stackId === on?.stackId &&
      task.hostId === on.hostId &&
      (task.status.state === 'running' || task.status.state === 'queued'),
  );
  return running ?? null;
}

export function RunningTask({ task }: { task: Task }) {
  const navigate = useNavigate();
  const { status } = task;
  const counts =
    status.state === 'running' ? status : { phase: 'Waiting for its turn', done: null, total: null };
  return (
    <Panel
      title={task.title}
      aside={
        <span>
          {counts.phase} · <Elapsed since={task.startedAt} />
        </span>
      }
      actions={
        <Button variant="default" onClick={() => navigate(deployPath)}>
          Show every step
        </Button>
      }
    >
      <div className={classes.running}>
        <ProgressBar done={counts.done} total={counts.total} label={`Progress of ${task.title}`} />
        <span className={classes.runningCount}>
          {counts.done === null || counts.total === null ? '' : `${counts.done} of ${counts.total} steps`}
        </span>
      </div>
    </Panel>
  );
}
