/** Public face of the tasks room: the only door for work that takes longer than a second. */
import type { LiveUpdate, Task, TaskKind } from '../../../preload/contract';
import type { ApplyProgress } from '../stacks/face';

export interface TaskRequest {
  kind: TaskKind;
  title: string;
  hostId: string;
  stackId: string | null;
}

export interface TasksService {
  /** Starts the work at once. The resolved text becomes the summary; `done` never rejects. */
  withTask(
    request: TaskRequest,
    work: (progress: ApplyProgress, signal: AbortSignal) => Promise<string>,
  ): { taskId: string; done: Promise<Task> };
  list(): Task[];
  watch(signal: AbortSignal): AsyncIterable<LiveUpdate<Task>>;
  cancel(taskId: string): void;
  dismiss(taskId: string): void;
  /** Cancels all and waits, at most `deadlineMs`. */
  stopAll(deadlineMs: number): Promise<void>;
}
