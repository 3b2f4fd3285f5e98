import { cancellable } from './abortable';
import { createNotifier } from './notifier';

export interface BatchOptions {
  /** A batch leaves at the latest this long after its first item. */
  maxMs: number;
  /** A batch leaves at once when it has this many, and never has more. */
  maxItems: number;
  /** Items kept for a reader that does not keep up; the oldest go first. */
  ringSize: number;
}

export interface Batch<T> {
  items: T[];
  /** Lost to the ring since the batch before. */
  dropped: number;
}

/**
 * Groups a stream, read as fast as it comes, into batches. Order is kept; what was read but not yet
 * delivered when the source ends or fails is delivered first. Ends quietly when the signal aborts.
 */
export function batch<T>(
  source: AsyncIterable<T>,
  options: BatchOptions,
  signal: AbortSignal,
): AsyncGenerator<Batch<T>, void> {
  return cancellable(signal, (inner) => group(source, options, inner));
}

async function* group<T>(
  source: AsyncIterable<T>,
  options: BatchOptions,
  signal: AbortSignal,
): AsyncGenerator<Batch<T>, void> {
  const intake = createIntake<T>(options.ringSize);
  const pump = intake.fill(source, signal);
  try {
    for (;;) {
      await intake.until(1, Number.POSITIVE_INFINITY, signal);
      await intake.until(options.maxItems, options.maxMs, signal);
      const next = intake.take(options.maxItems);
      if (next.items.length > 0 || next.dropped > 0) yield next;
      if (intake.drained()) return intake.rethrow();
    }
  } finally {
    pump.stop();
  }
}

/** A ring between the source and the reader, with the source's end remembered. */
function createIntake<T>(ringSize: number) {
  const ring: T[] = [];
  const wakeUps = createNotifier();
  /** The reader is woken once there are this many, not for every item. */
  let wanted = Number.POSITIVE_INFINITY;
  let dropped = 0;
  let ended = false;
  let failure: { error: unknown } | null = null;

  function push(item: T): void {
    ring.push(item);
    if (ring.length > ringSize * 2) trim();
    if (ring.length >= wanted) wakeUps.notify();
  }
  /** Trimmed in bulk: shifting one item at a time costs the whole ring each. */
  function trim(): void {
    const excess = Math.max(0, ring.length - ringSize);
    ring.splice(0, excess);
    dropped += excess;
  }
  async function run(iterator: AsyncIterator<T>): Promise<void> {
    try {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) push(next.value);
    } catch (error) {
      failure = { error };
    }
    ended = true;
    wakeUps.notify();
  }
  async function until(count: number, ms: number, signal: AbortSignal): Promise<void> {
    let elapsed = false;
    const onElapsed = () => {
      elapsed = true;
      wakeUps.notify();
    };
    const timer = Number.isFinite(ms) ? setTimeout(onElapsed, ms) : undefined;
    wanted = count;
    try {
      while (!ended && !elapsed && ring.length < count) await wakeUps.changed(wakeUps.version, signal);
    } finally {
      wanted = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    }
  }
  return {
    until,
    fill(source: AsyncIterable<T>, signal: AbortSignal) {
      const iterator = source[Symbol.asyncIterator]();
      const stop = () => void iterator.return?.()?.catch(() => undefined);
      if (!signal.aborted) void run(iterator);
      return { stop };
    },
    take(count: number): Batch<T> {
      trim();
      const taken = { items: ring.splice(0, count), dropped };
      dropped = 0;
      return taken;
    },
    drained: () => ended && ring.length === 0,
    rethrow(): void {
      if (failure) throw failure.error;
    },
  };
}
