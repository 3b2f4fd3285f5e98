/** Timers may come a little early; what comes this share of a period before its beat has had it and waits for the next. */
const EARLY = 0.02;

/**
 * Milliseconds until the next beat of `periodMs`: more than none, and at most the period and 2 %. Beats are counted
 * by the clock alone, so that what is done at leisure is done together: a process that wakes once pays once.
 */
export function untilBeat(now: number, periodMs: number): number {
  const earlyMs = EARLY * periodMs;
  return periodMs - ((now + earlyMs) % periodMs) + earlyMs;
}
