import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancellable, isTimeout, mergeSignals, raceSignal, sleep, withTimeout } from './abortable';
import { createBackoff } from './backoff';

describe('waiting with a signal', () => {
  it('ends a sleep with the reason of the abort', async () => {
    const stop = new AbortController();
    const sleeping = sleep(60_000, stop.signal);
    stop.abort(new Error('closing'));
    await expect(sleeping).rejects.toThrow('closing');
    await expect(sleep(60_000, stop.signal)).rejects.toThrow('closing');
  });

  it('passes a result through and prefers the abort to a promise that never settles', async () => {
    const stop = new AbortController();
    await expect(raceSignal(Promise.resolve(1), stop.signal)).resolves.toBe(1);
    const stuck = raceSignal(new Promise(() => undefined), stop.signal);
    stop.abort('over');
    await expect(stuck).rejects.toBe('over');
  });

  it('merges signals and lets go of its sources', () => {
    const one = new AbortController();
    const two = new AbortController();
    const merged = mergeSignals(one.signal, undefined, two.signal);
    two.abort('two');
    expect(merged.signal.reason).toBe('two');
    const released = mergeSignals(one.signal);
    released[Symbol.dispose]();
    one.abort();
    expect(released.signal.aborted).toBe(false);
  });

  it('times out with an error that can be told from an abort', async () => {
    const limit = withTimeout(1);
    await expect(sleep(60_000, limit.signal)).rejects.toSatisfy(isTimeout);
    limit[Symbol.dispose]();
  });

  it('ends a cancellable iteration without an error, and passes other errors on', async () => {
    const stop = new AbortController();
    const waiting = cancellable<number>(stop.signal, async function* (signal) {
      yield 1;
      await sleep(60_000, signal);
    });
    expect(await waiting.next()).toEqual({ done: false, value: 1 });
    const pending = waiting.next();
    stop.abort();
    expect((await pending).done).toBe(true);
    const failing = cancellable<number>(new AbortController().signal, failAtOnce);
    await expect(failing.next()).rejects.toThrow('broken');
  });
});

async function* failAtOnce(): AsyncGenerator<number, void> {
  yield await Promise.reject(new Error('broken'));
}

describe('backoff', () => {
  it('stays between the jittered base and the ceiling, and starts over after a reset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (tries, share) => {
          const backoff = createBackoff({ baseMs: 100, ceilingMs: 5_000, jitter: 0.5, random: () => share });
          const waits = Array.from({ length: tries }, () => backoff.nextMs());
          expect(Math.min(...waits)).toBeGreaterThanOrEqual(50);
          expect(Math.max(...waits)).toBeLessThanOrEqual(5_000);
          expect(waits).toEqual([...waits].sort((a, b) => a - b));
          backoff.reset();
          expect(backoff.nextMs()).toBeCloseTo(100 * (1 - 0.5 * share));
        },
      ),
    );
  });
});
