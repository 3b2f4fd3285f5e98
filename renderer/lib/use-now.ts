import { useSyncExternalStore } from 'react';

/** One clock for every age on the screen, so that they all turn at once and one timer serves them. */

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function tick() {
  if (document.hidden) return;
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  if (listeners.size === 0) {
    now = Date.now();
    timer = setInterval(tick, TICK_MS);
    document.addEventListener('visibilitychange', tick);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
    timer = null;
  };
}

/**
 * What `read` makes of the clock, asked every second while the window is visible; drawn anew only when
 * the answer is another, so that an age in hours costs nothing in between.
 */
export function useOnClock<T extends string | boolean>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(now));
}

/** Milliseconds since the epoch, renewed every second while the window is visible. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
