import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StatsSample } from '../hosts/engine';
import { createUsageMeter } from './usage';

const sample: StatsSample = {
  ...{ at: 0, cpuTotalNs: 0, systemCpuNs: null, onlineCpus: 1, memoryBytes: 5, memoryLimitBytes: null },
  ...{ receivedBytes: 0, transmittedBytes: 0 },
};

describe('a usage meter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function start(attended: () => boolean = () => true) {
    const stop = new AbortController();
    const meter = createUsageMeter({ now: Date.now, attended, onChange: () => undefined });
    let samples = 0;
    const engine = {
      sampleAllStats: async (ids: string[]) => {
        samples += 1;
        return new Map(ids.map((id) => [id, { ...sample, at: Date.now() }]));
      },
    };
    const ended = meter.measure(engine, () => ['one'], stop.signal).catch(() => undefined);
    const end = async () => {
      stop.abort();
      await ended;
    };
    return { meter, samples: () => samples, end };
  }

  it('samples only while somebody looks, and keeps no figure that nobody renews', async () => {
    const { meter, samples, end } = start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([samples(), meter.of('one')]).toEqual([0, null]);
    const release = meter.hold();
    await vi.advanceTimersByTimeAsync(600);
    expect(samples()).toBe(2);
    expect(meter.of('one')).toMatchObject({ cpuPercent: 0, memoryBytes: 5 });
    release();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([samples(), meter.of('one')]).toEqual([2, null]);
    await end();
  });

  it('keeps the last figures while the engine is away, and goes on from them', async () => {
    const stop = new AbortController();
    const meter = createUsageMeter({ now: Date.now, attended: () => true, onChange: () => undefined });
    let away = false;
    const engine = {
      sampleAllStats: async (ids: string[]) => {
        if (away) throw new Error('The link is lost.');
        return new Map(ids.map((id) => [id, { ...sample, at: Date.now() }]));
      },
    };
    meter.hold();
    const until = (signal: AbortSignal) =>
      meter.measure(engine, () => ['one'], signal).catch(() => undefined);
    const lost = new AbortController();
    const first = until(lost.signal);
    await vi.advanceTimersByTimeAsync(600);
    const last = meter.of('one');
    expect(last).toMatchObject({ cpuPercent: 0, memoryBytes: 5 });
    away = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(meter.of('one')).toEqual(last);
    lost.abort();
    await first;
    away = false;
    const second = until(stop.signal);
    expect(meter.of('one')).toEqual(last);
    await vi.advanceTimersByTimeAsync(10);
    expect(meter.of('one')).toMatchObject({ at: Date.now() - 10, cpuPercent: 0 });
    stop.abort();
    await second;
  });

  it('takes its time while nobody is there, and hurries when somebody returns', async () => {
    const { meter, samples, end } = start(() => false);
    vi.setSystemTime(61_000);
    meter.hold();
    await vi.advanceTimersByTimeAsync(28_000);
    expect(samples()).toBe(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(samples()).toBe(3);
    await vi.advanceTimersByTimeAsync(28_000);
    expect(samples()).toBe(3);
    meter.hurry();
    await vi.advanceTimersByTimeAsync(10);
    expect(samples()).toBe(4);
    await end();
  });

  it('goes on while one of two still looks, and begins anew after a break', async () => {
    const { meter, samples, end } = start();
    const [first, second] = [meter.hold(), meter.hold()];
    await vi.advanceTimersByTimeAsync(600);
    first();
    await vi.advanceTimersByTimeAsync(4000);
    expect(samples()).toBe(4);
    second();
    await vi.advanceTimersByTimeAsync(4000);
    meter.hold();
    await vi.advanceTimersByTimeAsync(10);
    expect(meter.of('one')).toMatchObject({ cpuPercent: null, memoryBytes: 5 });
    await end();
  });
});
