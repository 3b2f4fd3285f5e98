import { createNotifier } from '../../streams/notifier';

export interface Slots {
  /** Runs the work once fewer than `count` others do; rejects with the signal's reason while it waits. */
  use<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createSlots(count: number): Slots {
  const freed = createNotifier();
  let free = count;
  return {
    async use(work, signal) {
      while (free === 0) await freed.changed(freed.version, signal);
      signal.throwIfAborted();
      free -= 1;
      try {
        return await work();
      } finally {
        free += 1;
        freed.notify();
      }
    },
  };
}
