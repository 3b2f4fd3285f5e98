import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { probeSpecSchema } from '../stacks/extension';
import { type Connect, Prober } from './prober';

const spec = probeSpecSchema.parse({ kind: 'tcp', port: 5000, timeoutSeconds: 1 });
const target = {
  service: 'web',
  containerId: 'c1',
  startedAt: 0,
  graceMs: 0,
  spec,
  routes: [{ kind: 'inside' as const, address: '127.0.0.1', port: 5000 }],
};
const open: Connect = async () => new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
const refuse: Connect = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));

let prober: Prober | undefined;
afterEach(() => {
  prober?.[Symbol.dispose]();
  vi.useRealTimers();
});

/** Resolves with what the first `count` results were called, connecting as the nth of `connects` does. */
function newsOf(connects: Connect[]): Promise<boolean[]> {
  const news: boolean[] = [];
  let asked = 0;
  return new Promise((resolve) => {
    const onResult = (isNews: boolean) => {
      news.push(isNews);
      if (news.length === connects.length) resolve(news);
    };
    prober = new Prober({
      now: Date.now,
      random: () => 0.5,
      intervalMs: () => 10,
      watched: () => true,
      onResult,
    });
    prober.attach((...where) => {
      const connect = connects[Math.min(asked, connects.length - 1)] ?? open;
      asked += 1;
      return connect(...where);
    });
    prober.reconcile([target]);
  });
}

describe('results of probes', () => {
  it('are no news while all is as well as it was', async () => {
    expect(await newsOf([open, open, open])).toEqual([true, false, false]);
  });

  it('are news when something changes, and each time while something is wrong', async () => {
    expect(await newsOf([open, refuse, refuse, open, open])).toEqual([true, true, true, true, false]);
  });
});

describe('while nobody looks', () => {
  /** The seconds at which answers come; probing is every five. */
  function probeUnwatched(): { seconds: number[]; prober: Prober } {
    vi.useFakeTimers({ now: 1_000 });
    const seconds: number[] = [];
    const probing = new Prober({
      now: Date.now,
      random: () => 0.5,
      intervalMs: () => 5_000,
      watched: () => false,
      onResult: () => seconds.push(Date.now() / 1000),
    });
    probing.attach(open);
    probing.reconcile([target]);
    prober = probing;
    return { seconds, prober: probing };
  }

  it('asks at leisure what has been well three times, all services on one beat', async () => {
    const { seconds, prober } = probeUnwatched();
    await vi.advanceTimersByTimeAsync(2_000);
    prober.reconcile([target, { ...target, service: 'api' }]);
    await vi.advanceTimersByTimeAsync(43_000);
    expect(seconds).toEqual([1, 3, 6, 8, 11, 13, 15, 15, 30, 30, 45, 45]);
  });

  it('asks at once what was asked at leisure when somebody looks again', async () => {
    const { seconds, prober } = probeUnwatched();
    await vi.advanceTimersByTimeAsync(21_000);
    prober.hurry();
    await vi.advanceTimersByTimeAsync(10);
    expect(seconds).toEqual([1, 6, 11, 15, 22]);
  });
});
