/** A queue for what only so many may use at once; how many may change at any time. */
export interface Slots {
  readonly used: number;
  readonly waiting: number;
  /** Resolves with the release function; rejects with the signal's reason. */
  acquire(signal?: AbortSignal): Promise<() => void>;
}

export interface SlotsOptions {
  limit: () => number;
  /** Somebody has to wait from now on. */
  onPressure?: () => void;
}

export function createSlots({ limit, onPressure }: SlotsOptions): Slots {
  const queue: (() => void)[] = [];
  let used = 0;

  function take(): () => void {
    used += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      used -= 1;
      if (used < limit()) queue.shift()?.();
    };
  }

  function wait(signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', leave);
        resolve(take());
      };
      const leave = () => {
        queue.splice(queue.indexOf(enter), 1);
        reject(signal?.reason);
      };
      queue.push(enter);
      signal?.addEventListener('abort', leave, { once: true });
      onPressure?.();
    });
  }

  return {
    get used() {
      return used;
    },
    get waiting() {
      return queue.length;
    },
    async acquire(signal) {
      signal?.throwIfAborted();
      return used < limit() ? take() : wait(signal);
    },
  };
}
