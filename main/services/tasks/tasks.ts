import type { Failure, Task } from '../../../preload/contract';
import { raceSignal, withTimeout } from '../../streams/abortable';
import { createLiveList, type LiveList } from '../../streams/live-list';
import { cancelled, hasCode, isDomainError, toFailure } from '../errors';
import type { Log } from '../log';
import type { ApplyProgress } from '../stacks/face';
import type { TaskRequest, TasksService } from './face';
import { isFinal, moveTask, newTask, type TaskMove } from './task-state';

export interface TasksDeps {
  now: () => number;
  log: Log;
  newId: () => string;
}

const COALESCE_MS = 100;
const FINISHED_KEPT = 20;

type Work = (progress: ApplyProgress, signal: AbortSignal) => Promise<string>;
type Move = (move: TaskMove) => Task;

interface ActiveTask {
  controller: AbortController;
  move: Move;
  done: Promise<Task>;
}

export function createTasksService(deps: TasksDeps): TasksService {
  const list = createLiveList<Task>({ id: (task) => task.id, coalesceMs: COALESCE_MS });
  const active = new Map<string, ActiveTask>();

  function start(request: TaskRequest, work: Work): ActiveTask & { taskId: string } {
    const taskId = deps.newId();
    const controller = new AbortController();
    const move = mover(list, newTask(taskId, request, deps.now()));
    const done = run(deps, { request, work, move }, controller.signal).finally(() => {
      active.delete(taskId);
      forgetOldest(list);
    });
    const task = { controller, move, done };
    active.set(taskId, task);
    return { taskId, ...task };
  }
  function cancel(taskId: string): void {
    const task = active.get(taskId);
    task?.move({ move: 'cancel' });
    task?.controller.abort(cancelled('The task'));
  }
  return {
    withTask(request, work) {
      const { taskId, done } = start(request, work);
      return { taskId, done };
    },
    list: () => list.items(),
    watch: (signal) => list.watch(signal),
    cancel,
    dismiss(taskId) {
      const task = list.get(taskId);
      if (task && isFinal(task.status)) list.remove(taskId);
    },
    async stopAll(deadlineMs) {
      const ends = [...active.values()].map((task) => task.done);
      for (const taskId of [...active.keys()]) cancel(taskId);
      const limit = withTimeout(deadlineMs);
      await raceSignal(Promise.all(ends), limit.signal).catch(() => undefined);
      limit[Symbol.dispose]();
    },
  };
}

/** Keeps the newest state; what arrives after the end changes nothing and brings no dismissed task back. */
function mover(list: LiveList<Task>, first: Task): Move {
  let task = first;
  list.upsert(task);
  return (move) => {
    const moved = moveTask(task, move);
    if (moved !== task) list.upsert(moved);
    task = moved;
    return task;
  };
}

interface Run {
  request: TaskRequest;
  work: Work;
  move: Move;
}

async function run(deps: TasksDeps, { request, work, move }: Run, signal: AbortSignal): Promise<Task> {
  const progress: ApplyProgress = {
    phase: (name, done, total) => void move({ move: 'phase', name, done, total }),
    service: (state) => void move({ move: 'service', progress: state }),
  };
  move({ move: 'start' });
  try {
    const summary = await work(progress, signal);
    return move({ move: 'succeed', summary, at: deps.now() });
  } catch (error) {
    if (signal.aborted && isAbort(error)) {
      return move({ move: 'end-cancelled', summary: cancelSummary(request, error, signal), at: deps.now() });
    }
    return move({ move: 'fail', failure: failureOf(deps, request, error), at: deps.now() });
  }
}

function isAbort(error: unknown): boolean {
  return hasCode(error, 'CANCELLED') || (error instanceof Error && error.name === 'AbortError');
}

/** Work that tidied up says what it left behind; work that was merely cut off says nothing better than this. */
function cancelSummary(request: TaskRequest, error: unknown, signal: AbortSignal): string {
  const own = hasCode(error, 'CANCELLED') && error !== signal.reason ? error.message : null;
  return own ?? `${request.title} was cancelled.`;
}

/** Only an unexpected error is logged: its id leads from the window to the cause. */
function failureOf(deps: TasksDeps, request: TaskRequest, error: unknown): Failure {
  const failure = toFailure(error);
  if (isDomainError(error)) return failure;
  const id = deps.newId();
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  deps.log.error('A task failed for an unexpected reason.', { id, kind: request.kind, stack });
  return { ...failure, data: { id } };
}

function forgetOldest(list: LiveList<Task>): void {
  const finished = list.items().filter((task) => isFinal(task.status));
  const oldestFirst = finished.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  list.remove(...oldestFirst.slice(0, -FINISHED_KEPT).map((task) => task.id));
}
