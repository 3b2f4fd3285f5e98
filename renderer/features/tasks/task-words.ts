import type { Task, TaskState } from '../../../preload/contract';
import { explainFailure } from '../../rpc/errors';

export function isActive(task: Task): boolean {
  return task.status.state === 'queued' || task.status.state === 'running';
}

function runningWords(status: Extract<TaskState, { state: 'running' }>): string {
  const count = status.done === null || status.total === null ? '' : ` ${status.done} of ${status.total}`;
  return status.cancelling ? `cancelling: ${status.phase}` : `${status.phase}${count}`;
}

/** One line on where the task is or how it ended. */
export function taskWords(task: Task): string {
  const { status } = task;
  if (status.state === 'queued') return 'waiting for its turn';
  if (status.state === 'running') return runningWords(status);
  if (status.state !== 'failed') return status.summary;
  const { title, detail } = explainFailure(status.failure);
  return detail === '' ? title : `${title}: ${detail}`;
}
