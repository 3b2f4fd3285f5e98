/**
 * Bounds the calls in flight. An agent's `maxSockets` is not enforced while connections are made
 * asynchronously, which is how a tunnelled engine is reached.
 */
export interface Semaphore {
  /** Resolves with the release function; rejects with the signal's reason when aborted while waiting. */
  acquire(signal?: AbortSignal): Promise<() => void>;
}

export function createSemaphore(size: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = size;

  function release(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  function releaseOnce(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      release();
    };
  }

  function wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      waiting.push(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    async acquire(signal) {
      signal?.throwIfAborted();
      if (free > 0) free -= 1;
      else await wait(signal);
      return releaseOnce();
    },
  };
}
