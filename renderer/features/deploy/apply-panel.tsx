import type { Task } from '../../../preload/contract';
import { explainFailure } from '../../rpc/errors';
import { taskStatuses } from '../../rpc/outcomes';
import { Elapsed } from '../../ui/age';
import { ProgressBar } from '../../ui/meter';
import { FailureNotice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './deploy.module.css';
import { ServiceBar } from './service-bar';

const endRank: Partial<Record<Task['services'][number]['phase'], number>> = { failed: 0, blocked: 1 };

/** While it runs nothing changes place; once it has ended, what failed comes first. */
function inOrder({ services, endedAt }: Task): Task['services'] {
  if (endedAt === null) return services;
  return [...services].sort((left, right) => (endRank[left.phase] ?? 2) - (endRank[right.phase] ?? 2));
}

/** The work under way or the last that ended: one bar per service. */
export function ApplyPanel({ task }: { task: Task }) {
  const { status } = task;
  return (
    <Panel
      title={task.title}
      flush
      aside={
        <>
          <StatusLabel {...taskStatuses[status.state]} />
          <span>{wordsOf(task)}</span>
          <span>
            <Elapsed since={task.startedAt} until={task.endedAt} />
          </span>
        </>
      }
    >
      {status.state === 'running' ? (
        <div className={classes.overall}>
          <ProgressBar done={status.done} total={status.total} label={`Progress of ${task.title}`} />
        </div>
      ) : null}
      {status.state === 'failed' ? (
        <div className={classes.warnings}>
          <FailureNotice failure={explainFailure(status.failure)} />
        </div>
      ) : null}
      <ul>
        {inOrder(task).map((progress) => (
          <ServiceBar key={progress.service} progress={progress} ended={task.endedAt} />
        ))}
      </ul>
    </Panel>
  );
}

function wordsOf({ status }: Task): string {
  if (status.state === 'running') {
    const count =
      status.done === null || status.total === null ? '' : `, ${status.done} of ${status.total} steps`;
    return `${status.cancelling ? 'cancelling: ' : ''}${status.phase}${count}`;
  }
  return status.state === 'succeeded' || status.state === 'cancelled' ? status.summary : '';
}
