import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';

/**
 * One clock for every age on the screen. Its one timer is set for the moment at which the next of them turns: an age
 * in minutes wakes nobody each second. It stands still while the window is hidden.
 */

/** Epoch milliseconds of the next moment at which something may read otherwise; infinite for never. */
export type Turns = (now: number) => number;

interface Reader {
  look: () => void;
  turns: Turns;
}

const SECOND_MS = 1000;
/** Timers may come a little early; what turned a little later is in the same frame. */
const LATE_MS = 20;

const readers = new Set<Reader>();
let timer: ReturnType<typeof setTimeout> | undefined;
let dueAt = Number.POSITIVE_INFINITY;

function lookAll() {
  for (const { look } of readers) look();
  dueAt = Number.POSITIVE_INFINITY;
  clearTimeout(timer);
  for (const reader of readers) awaitTurn(reader);
}

/** A timer that comes before its reader needs it costs one look; it is never late. */
function awaitTurn({ turns }: Reader) {
  const at = document.hidden ? Number.POSITIVE_INFINITY : turns(Date.now());
  if (at >= dueAt) return;
  dueAt = at;
  clearTimeout(timer);
  timer = setTimeout(lookAll, Math.max(0, at - Date.now()) + LATE_MS);
}

function join(reader: Reader) {
  if (readers.size === 0) document.addEventListener('visibilitychange', lookAll);
  readers.add(reader);
  awaitTurn(reader);
  return () => {
    readers.delete(reader);
    if (readers.size > 0) return;
    document.removeEventListener('visibilitychange', lookAll);
    clearTimeout(timer);
    dueAt = Number.POSITIVE_INFINITY;
  };
}

function useClock<T>(read: () => T, turns: Turns): T {
  const reader = useRef<Reader>({ look: () => undefined, turns });
  useEffect(() => {
    reader.current.turns = turns;
    if (readers.has(reader.current)) awaitTurn(reader.current);
  });
  const subscribe = useCallback((look: () => void) => {
    reader.current.look = look;
    return join(reader.current);
  }, []);
  return useSyncExternalStore(subscribe, read);
}

/**
 * What `read` makes of the clock, while the window is visible; drawn anew only when the answer is another. `turns`
 * says when to ask again; left out, every second.
 */
export function useOnClock<T extends string | boolean>(
  read: (now: number) => T,
  turns: Turns = nextSecond,
): T {
  return useClock(() => read(Date.now()), turns);
}

/** Milliseconds since the epoch, renewed every second while the window is visible. */
export function useNow(): number {
  return useClock(thisSecond, nextSecond);
}

function thisSecond(): number {
  return Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
}

function nextSecond(now: number): number {
  return (Math.floor(now / SECOND_MS) + 1) * SECOND_MS;
}
