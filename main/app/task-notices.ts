/** Tells the system when a long task ended while nobody was looking. */
import { type BrowserWindow, Notification } from 'electron';
import type { LiveUpdate, Task } from '../../preload/contract';

const ENDED_WORDS = { succeeded: 'Done', failed: 'Failed', cancelled: 'Cancelled' } as const;

export interface TaskNotices {
  window: BrowserWindow;
  enabled: () => boolean;
  onClick: () => void;
}

/** Runs until `updates` ends. A task that had ended before is never announced. */
export async function announceTasks(
  updates: AsyncIterable<LiveUpdate<Task>>,
  notices: TaskNotices,
): Promise<void> {
  const running = new Set<string>();
  for await (const update of updates) {
    const tasks = update.type === 'snapshot' ? update.items : update.upsert;
    for (const task of tasks) announce(task, running, notices);
  }
}

function announce(task: Task, running: Set<string>, { window, enabled, onClick }: TaskNotices): void {
  const { state } = task.status;
  if (state === 'running' || state === 'queued') {
    running.add(task.id);
    return;
  }
  if (!running.delete(task.id) || !enabled() || window.isFocused()) return;
  const notification = new Notification({
    title: `${ENDED_WORDS[state]}: ${task.title}`,
    body: bodyOf(task),
  });
  notification.on('click', onClick);
  notification.show();
}

function bodyOf(task: Task): string {
  const { status } = task;
  if (status.state === 'failed') return status.failure.message;
  return status.state === 'succeeded' || status.state === 'cancelled' ? status.summary : '';
}
