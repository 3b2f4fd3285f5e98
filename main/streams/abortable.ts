/**
 * Streams room: the pure plumbing under every live view. Nothing here knows an engine or a window;
 * every wait takes a signal and leaves no timer or listener behind.
 */

/** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return raceSignal(elapsed, signal).finally(() => clearTimeout(timer));
}

/** The promise's own outcome, unless the signal aborts first: then rejects with its reason. */
export function raceSignal<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export interface MergedSignal extends Disposable {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

/** One for all: making an error with its stack at the end of every wait costs more than the wait. */
const LEFT = new DOMException('Nobody waits any more.', 'AbortError');

/**
 * Aborts when any source does or `abort` is called. Unlike AbortSignal.any it lets go of its
 * sources when disposed, so that a signal living as long as the program gathers no listeners.
 */
export function mergeSignals(...sources: (AbortSignal | undefined)[]): MergedSignal {
  const controller = new AbortController();
  const releases = sources
    .filter((source) => source !== undefined)
    .map((source) => follow(source, controller));
  return {
    signal: controller.signal,
    abort: (reason = LEFT) => controller.abort(reason),
    [Symbol.dispose]: () => {
      for (const release of releases) release();
    },
  };
}

function follow(source: AbortSignal, controller: AbortController): () => void {
  const onAbort = () => controller.abort(source.reason);
  if (source.aborted) onAbort();
  else source.addEventListener('abort', onAbort, { once: true });
  return () => source.removeEventListener('abort', onAbort);
}

/** Like `mergeSignals`, and aborts with a TimeoutError after `ms`. */
export function withTimeout(ms: number, ...sources: (AbortSignal | undefined)[]): MergedSignal {
  const merged = mergeSignals(...sources);
  const onElapsed = () => merged.abort(new DOMException(`Timed out after ${ms} ms.`, 'TimeoutError'));
  const timer = setTimeout(onElapsed, ms);
  return {
    ...merged,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      merged[Symbol.dispose]();
    },
  };
}

export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

/**
 * An async iterable that a reader can leave at any time: the signal handed to `body` aborts when
 * the outer one does or the reader breaks off, even while the body awaits (a bare generator would
 * hang there). An abort ends the iteration without an error.
 */
export function cancellable<T>(
  outer: AbortSignal,
  body: (signal: AbortSignal) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  const merged = mergeSignals(outer);
  const inner = body(merged.signal);
  const end = async (): Promise<IteratorResult<T, void>> => {
    merged[Symbol.dispose]();
    return { done: true, value: undefined };
  };
  const step = async (): Promise<IteratorResult<T, void>> => {
    if (merged.signal.aborted) {
      await inner.return();
      return end();
    }
    try {
      const result = await inner.next();
      return result.done ? await end() : result;
    } catch (error) {
      merged[Symbol.dispose]();
      if (merged.signal.aborted) return end();
      throw error;
    }
  };
  const leave = async (): Promise<IteratorResult<T, void>> => {
    merged.abort();
    await inner.return();
    return end();
  };
  return {
    next: step,
    return: leave,
    throw: async (error) => {
      await leave();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => {
      await leave();
    },
  };
}
