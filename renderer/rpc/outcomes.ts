import type { ApplyRecord, JournaledChange, TaskState } from '../../preload/contract';

/** How an apply ended, as a glyph name and a word. */
export const outcomes = {
  running: { status: 'starting', word: 'Running' },
  succeeded: { status: 'completed', word: 'Succeeded' },
  failed: { status: 'failed', word: 'Failed' },
  cancelled: { status: 'stopped', word: 'Cancelled' },
  interrupted: { status: 'degraded', word: 'Interrupted' },
  undone: { status: 'stopped', word: 'Undone' },
} as const satisfies Record<ApplyRecord['outcome'], { status: string; word: string }>;

/** For sentences. */
export const changeNouns: Record<JournaledChange, string> = {
  ...{ apply: 'apply', remove: 'removal', start: 'start', stop: 'stop', restart: 'restart' },
  deliver: 'delivery',
};

/** The same for a task. */
export const taskStatuses = {
  queued: { status: 'stopped', word: 'Queued' },
  running: { status: 'starting', word: 'Running' },
  succeeded: { status: 'completed', word: 'Done' },
  failed: { status: 'failed', word: 'Failed' },
  cancelled: { status: 'stopped', word: 'Cancelled' },
} as const satisfies Record<TaskState['state'], { status: string; word: string }>;
