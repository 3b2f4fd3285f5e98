import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
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
afterEach(() => prober?.[Symbol.dispose]());

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

/** How long after each other the first `count` answers of an unwatched service come, in milliseconds of 10 per interval. */
function gapsOf(count: number, connect: Connect): Promise<number[]> {
  const moments: number[] = [];
  return new Promise((resolve) => {
    const onResult = () => {
      moments.push(performance.now());
      if (moments.length > count)
        resolve(moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0)));
    };
    prober = new Prober({
      now: Date.now,
      random: () => 0.5,
      intervalMs: () => 10,
      watched: () => false,
      onResult,
    });
    prober.attach(connect);
    prober.reconcile([target]);
  });
}

describe('while nobody looks', () => {
  it('asks at leisure what has been well three times', async () => {
    const gaps = await gapsOf(3, open);
    expect(gaps[2]).toBeGreaterThanOrEqual(29);
  });

  it('asks at once what was asked at leisure when somebody looks again', async () => {
    const moments: number[] = [];
    const sinceLast = await new Promise<number>((resolve) => {
      const onResult = () => {
        moments.push(performance.now());
        if (moments.length === 3) setTimeout(() => prober?.hurry(), 60);
        if (moments.length === 4) resolve((moments[3] ?? 0) - (moments[2] ?? 0));
      };
      prober = new Prober({
        now: Date.now,
        random: () => 0.5,
        intervalMs: () => 50 * (moments.length < 3 ? 0.2 : 1),
        watched: () => false,
        onResult,
      });
      prober.attach(open);
      prober.reconcile([target]);
    });
    expect(sinceLast).toBeLessThan(140);
  });
});
