export interface BackoffOptions {
  baseMs: number;
  ceilingMs: number;
  /** 0 to 1: the share of each wait that is random, so that many waiters spread out. Default 0.3. */
  jitter?: number;
  /** From 0 up to 1. Default Math.random. */
  random?: () => number;
}

export interface Backoff {
  /** The next wait: doubles up to the ceiling, minus the random share. */
  nextMs(): number;
  reset(): void;
}

export function createBackoff({
  baseMs,
  ceilingMs,
  jitter = 0.3,
  random = Math.random,
}: BackoffOptions): Backoff {
  let waitMs = baseMs;
  return {
    nextMs() {
      const full = Math.min(waitMs, ceilingMs);
      waitMs = Math.min(waitMs * 2, ceilingMs);
      return full * (1 - jitter * random());
    },
    reset() {
      waitMs = baseMs;
    },
  };
}
