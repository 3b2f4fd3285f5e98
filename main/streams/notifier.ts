import { raceSignal } from './abortable';

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
