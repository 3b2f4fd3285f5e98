import type { Failure, ServiceProgress, Task, TaskState } from '../../../preload/contract';
import type { TaskRequest } from './face';

export type TaskMove =
  | { move: 'start' }
  | { move: 'phase'; name: string; done: number | null; total: number | null }
  | { move: 'service'; progress: ServiceProgress }
  | { move: 'cancel' }
  | { move: 'succeed'; summary: string; at: number }
  | { move: 'fail'; failure: Failure; at: number }
  | { move: 'end-cancelled'; summary: string; at: number };

export function newTask(id: string, request: TaskRequest, at: number): Task {
  return { id, ...request, startedAt: at, endedAt: null, status: { state: 'queued' }, services: [] };
}

export function isFinal(status: TaskState): boolean {
  return status.state === 'succeeded' || status.state === 'failed' || status.state === 'cancelled';
}

/** The only way a task changes. A task that ended stays as it ended: then the same object comes back. */
export function moveTask(task: Task, move: TaskMove): Task {
  if (isFinal(task.status)) return task;
  switch (move.move) {
    case 'start':
      return task.status.state === 'queued' ? { ...task, status: running('Starting', null, null) } : task;
    case 'phase': {
      const cancelling = isCancelling(task.status);
      return { ...task, status: { ...running(move.name, move.done, move.total), cancelling } };
    }
    case 'service':
      return { ...task, services: withService(task.services, move.progress) };
    case 'cancel':
      return { ...task, status: { ...asRunning(task.status), cancelling: true } };
    case 'succeed':
      return { ...task, endedAt: move.at, status: { state: 'succeeded', summary: move.summary } };
    case 'fail':
      return { ...task, endedAt: move.at, status: { state: 'failed', failure: move.failure } };
    case 'end-cancelled':
      return { ...task, endedAt: move.at, status: { state: 'cancelled', summary: move.summary } };
  }
}

type Running = Extract<TaskState, { state: 'running' }>;

function running(phase: string, done: number | null, total: number | null): Running {
  return { state: 'running', phase, done, total, cancelling: false };
}

function asRunning(status: TaskState): Running {
  return status.state === 'running' ? status : running('Starting', null, null);
}

function isCancelling(status: TaskState): boolean {
  return status.state === 'running' && status.cancelling;
}

function withService(services: ServiceProgress[], progress: ServiceProgress): ServiceProgress[] {
  const at = services.findIndex((one) => one.service === progress.service);
  return at === -1 ? [...services, progress] : services.with(at, progress);
}
