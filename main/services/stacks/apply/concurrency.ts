import { isEngineLost } from './explain';

/** At most `width` pieces of work at once; the rest waits its turn in order. */
export function createLimit(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let free = width;
  const acquire = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
  };
  const release = (): void => {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return async (work) => {
    await acquire();
    try {
      return await work();
    } finally {
      release();
    }
  };
}

/** Resolves after `milliseconds`, or at once when `signal` aborts; never rejects. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });
}

/**
 * Waits for all of it, also when some fails: nothing goes on behind the back. Rejects with the loss of the engine or
 * of the link to it where that is among the failures, as it is waited out; else with the first failure.
 */
export async function allEnded(work: Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(work);
  const failed = ended.filter((result) => result.status === 'rejected');
  const decisive = failed.find(({ reason }) => isEngineLost(reason)) ?? failed[0];
  if (decisive !== undefined) throw decisive.reason;
}

/** Remembers the promise of the first call per key, so that shared work is done once. */
export function once<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const started = new Map<string, Promise<T>>();
  return (key, work) => {
    const known = started.get(key) ?? work();
    started.set(key, known);
    return known;
  };
}
