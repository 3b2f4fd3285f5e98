import { performance } from 'node:perf_hooks';

export interface WireOptions {
  delayMs: number;
  /** Of all connections together; null: as fast as it goes. */
  bytesPerSecond: number | null;
}

/** One direction of the link. All its connections share the rate; each chunk arrives `delayMs` after it left. */
export interface Wire {
  options: WireOptions;
  /** When the last byte of what is sent now leaves, and when it arrives, in the milliseconds of `performance.now`. */
  send(bytes: number): { leavesAt: number; arrivesAt: number };
}

export function createWire(options: WireOptions): Wire {
  let busyUntil = 0;
  const wire: Wire = {
    options,
    send(bytes) {
      const { bytesPerSecond, delayMs } = wire.options;
      const takesMs = bytesPerSecond === null ? 0 : (bytes / bytesPerSecond) * 1000;
      busyUntil = Math.max(busyUntil, performance.now()) + takesMs;
      return { leavesAt: busyUntil, arrivesAt: busyUntil + delayMs };
    },
  };
  return wire;
}

/** Runs `action` at that time or a fraction of a millisecond later: the timer's own millisecond is too coarse for a round trip of a few. */
export function at(time: number, action: () => void): void {
  const leftMs = time - performance.now();
  if (leftMs <= 0) action();
  else if (leftMs < 1) setImmediate(() => at(time, action));
  else setTimeout(() => at(time, action), Math.floor(leftMs));
}
