/** Runs long work as a task of the console and shows it; Ctrl-C asks it to stop, a second one ends the process. */
import type { Task, TaskKind } from '../../preload/contract';
import type { ApplyProgress } from '../services/stacks/face';
import type { TaskRequest } from '../services/tasks/face';
import { EXIT } from './exit-codes';
import type { Opened } from './open';
import { createProgressView } from './render/progress';
import type { Terminal } from './terminal';

export interface TaskWords {
  kind: TaskKind;
  title: string;
}

type Work = (progress: ApplyProgress, signal: AbortSignal) => Promise<string>;

const CANCELLING = 'Cancelling. Press Ctrl-C again to end at once.\n';
const KILLED =
  'Ended at once. What was done so far is on record: the same command given again continues from there.\n';

export async function runTask(
  { console, on }: { console: Opened['console']; on: Pick<TaskRequest, 'hostId' | 'stackId'> },
  terminal: Terminal,
  words: TaskWords & { json: boolean },
  work: Work,
): Promise<Task> {
  const { tasks } = console.services;
  const view = createProgressView(terminal, words.json);
  const { taskId, done } = tasks.withTask({ kind: words.kind, title: words.title, ...on }, work);
  const stopListening = terminal.onInterrupt(interrupter(terminal, () => tasks.cancel(taskId)));
  const watching = new AbortController();
  const watched = follow(tasks.watch(watching.signal), taskId, view.update);
  try {
    const ended = await done;
    view.update(ended);
    return ended;
  } finally {
    watching.abort();
    stopListening();
    await watched;
    view.end();
  }
}

function interrupter(terminal: Terminal, cancel: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) {
      terminal.note(KILLED);
      terminal.kill(EXIT.CANCELLED);
    }
    asked = true;
    terminal.note(CANCELLING);
    cancel();
  };
}

async function follow(
  updates: ReturnType<Opened['console']['services']['tasks']['watch']>,
  taskId: string,
  show: (task: Task) => void,
): Promise<void> {
  try {
    for await (const update of updates) {
      const items = update.type === 'snapshot' ? update.items : update.upsert;
      for (const task of items) if (task.id === taskId) show(task);
    }
  } catch {
    // The watch ends by abort; the task's own end is awaited elsewhere.
  }
}
