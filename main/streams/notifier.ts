import { mergeSignals, sleep } from './abortable';

/** Wakes everyone who waits. `version` lets a reader see that something happened while it was busy. */
export interface Notifier {
  readonly version: number;
  notify(): void;
  /** Resolves at once when `version` already moved past `seen`; rejects with the signal's reason. */
  changed(seen: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Waiters are kept one by one and leave with their signal: behind one shared promise every wait
 * that was given up would stay in memory until the next notification, which may never come.
 */
export function createNotifier(): Notifier {
  const waiting = new Set<() => void>();
  let version = 0;
  return {
    get version() {
      return version;
    },
    notify() {
      version += 1;
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake();
    },
    changed(seen, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (version !== seen) return resolve();
        const onAbort = () => {
          waiting.delete(wake);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        waiting.add(wake);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}

/** Resolves when `notifier` moves past `seen`, or after `ms`; leaves neither a timer nor a listener behind. */
export async function changedWithin(
  ms: number,
  notifier: Notifier,
  seen: number,
  signal: AbortSignal,
): Promise<void> {
  const scope = mergeSignals(signal);
  try {
    await Promise.race([sleep(ms, scope.signal), notifier.changed(seen, scope.signal)]);
  } finally {
    scope.abort();
    scope[Symbol.dispose]();
  }
}
