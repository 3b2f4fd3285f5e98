import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { changedWithin, createNotifier } from './notifier';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('a notifier', () => {
  it('wakes everyone who waits, and answers at once whoever is behind', async () => {
    const notifier = createNotifier();
    const seen = notifier.version;
    const waits = [notifier.changed(seen), notifier.changed(seen)];
    notifier.notify();
    await Promise.all([...waits, notifier.changed(seen)]);
    expect(notifier.version).toBe(seen + 1);
  });

  it('rejects with the reason of the signal, before the wait or during it', async () => {
    const notifier = createNotifier();
    const stop = new AbortController();
    const wait = notifier.changed(notifier.version, stop.signal);
    stop.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
    await expect(notifier.changed(notifier.version, stop.signal)).rejects.toThrow('enough');
    await expect(notifier.changed(notifier.version - 1, stop.signal)).rejects.toThrow('enough');
  });

  it('leaves no listener behind, whether woken or timed out', async () => {
    const notifier = createNotifier();
    const stop = new AbortController();
    const wait = notifier.changed(notifier.version, stop.signal);
    expect(listeners(stop.signal)).toBe(1);
    notifier.notify();
    await wait;
    expect(listeners(stop.signal)).toBe(0);
    await changedWithin(1, notifier, notifier.version, stop.signal);
    expect(listeners(stop.signal)).toBe(0);
  });

  it('may be waited for again by whoever it wakes', async () => {
    const notifier = createNotifier();
    const order: string[] = [];
    const twice = async () => {
      await notifier.changed(notifier.version);
      order.push('first');
      await notifier.changed(notifier.version);
      order.push('second');
    };
    const done = twice();
    notifier.notify();
    await expect.poll(() => order).toEqual(['first']);
    notifier.notify();
    await done;
    expect(order).toEqual(['first', 'second']);
  });
});
