import { mergeSignals, raceSignal, sleep } from './abortable';

/** Wakes everyone who waits. `version` lets a reader see that something happened while it was busy. */
export interface Notifier {
  readonly version: number;
  notify(): void;
  /** Resolves at once when `version` already moved past `seen`; rejects with the signal's reason. */
  changed(seen: number, signal?: AbortSignal): Promise<void>;
}

export function createNotifier(): Notifier {
  let version = 0;
  let waiting: { promise: Promise<void>; wake: () => void } | null = null;
  function wait(): Promise<void> {
    waiting ??= arm();
    return waiting.promise;
  }
  return {
    get version() {
      return version;
    },
    notify() {
      version += 1;
      waiting?.wake();
      waiting = null;
    },
    changed: (seen, signal) => raceSignal(version === seen ? wait() : Promise.resolve(), signal),
  };
}

function arm() {
  let wake: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return { promise, wake };
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
