/**
 * How many programs may run at once on one connection. Servers allow ten sessions unless told otherwise
 * (MaxSessions) and refuse one more with the words of any other failure; the limit is learned from that.
 */
const DEFAULT_SLOTS = 8;

export interface SessionSlots {
  readonly used: number;
  readonly limit: number;
  readonly waiting: number;
  /** Resolves with the release function. */
  acquire(signal?: AbortSignal): Promise<() => void>;
  /** The server refused one more: no more than are in use besides the one that was refused. */
  refused(): void;
}

export function createSessionSlots(onPressure: () => void, limit = DEFAULT_SLOTS): SessionSlots {
  const queue: (() => void)[] = [];
  let used = 0;
  let allowed = limit;

  function next(): void {
    if (used < allowed) queue.shift()?.();
  }

  function take(): () => void {
    used += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      used -= 1;
      next();
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
      onPressure();
    });
  }

  return {
    get used() {
      return used;
    },
    get limit() {
      return allowed;
    },
    get waiting() {
      return queue.length;
    },
    async acquire(signal) {
      signal?.throwIfAborted();
      return used < allowed ? take() : wait(signal);
    },
    refused() {
      allowed = Math.max(1, used - 1);
    },
  };
}
