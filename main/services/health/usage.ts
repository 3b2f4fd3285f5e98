import type { Usage } from '../../../preload/contract';
import { untilBeat } from '../../streams/beat';
import { changedWithin, createNotifier } from '../../streams/notifier';
import type { EnginePort, StatsSample } from '../hosts/engine';

/** Pure: rates between two samples. A counter that went back (a restart) leaves gaps, never a spike. */
export function usageBetween(before: StatsSample | undefined, after: StatsSample): Usage {
  const elapsedMs = before ? after.at - before.at : 0;
  const rate = (from: number, to: number) =>
    elapsedMs > 0 && to >= from ? ((to - from) / elapsedMs) * 1000 : null;
  return {
    at: after.at,
    cpuPercent: before && elapsedMs > 0 ? cpuPercent(before, after, elapsedMs) : null,
    memoryBytes: after.memoryBytes,
    memoryLimitBytes: after.memoryLimitBytes,
    receiveBytesPerSecond: before ? rate(before.receivedBytes, after.receivedBytes) : null,
    transmitBytesPerSecond: before ? rate(before.transmittedBytes, after.transmittedBytes) : null,
  };
}

function cpuPercent(before: StatsSample, after: StatsSample, elapsedMs: number): number | null {
  const used = after.cpuTotalNs - before.cpuTotalNs;
  if (used < 0) return null;
  if (before.systemCpuNs === null || after.systemCpuNs === null)
    return round((used / (elapsedMs * 1e6)) * 100);
  const available = after.systemCpuNs - before.systemCpuNs;
  return available > 0 ? round((used / available) * after.onlineCpus * 100) : null;
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}

type Sampler = Pick<EnginePort, 'sampleAllStats'>;

export interface UsageMeter {
  of(containerId: string): Usage | null;
  /** Somebody looks at usage until the answered function is called. */
  hold(): () => void;
  held(): boolean;
  /** The next sample is taken now. */
  hurry(): void;
  /** Samples while somebody looks, until the signal aborts; then rejects with its reason. */
  measure(engine: Sampler, runningIds: () => string[], signal: AbortSignal): Promise<void>;
}

const SAMPLE_EVERY_MS = 2000;
/** Where nobody has touched the window for a while, figures may be this old; their age is on show. */
const SAMPLE_UNATTENDED_MS = 30_000;
/** The first rates soon, the rest at leisure. */
const SECOND_SAMPLE_MS = 500;

export interface UsageMeterDeps {
  now: () => number;
  attended: () => boolean;
  onChange: () => void;
}

export function createUsageMeter({ now, attended, onChange }: UsageMeterDeps): UsageMeter {
  const wanted = createNotifier();
  let holders = 0;
  let samples = new Map<string, StatsSample>();
  let usages = new Map<string, Usage>();

  /** Figures nobody renews would grow old in the rows. */
  function forget(): void {
    samples = new Map();
    usages = new Map();
    onChange();
  }
  function pauseMs(): number {
    return attended() ? SAMPLE_EVERY_MS : untilBeat(now(), SAMPLE_UNATTENDED_MS);
  }
  async function sample(engine: Sampler, ids: string[], signal: AbortSignal): Promise<void> {
    // A lost engine is noticed by the event stream; what was measured last stays, with its age.
    const latest = await engine.sampleAllStats(ids, signal).catch(() => null);
    if (latest === null) return;
    usages = new Map([...latest].map(([id, one]) => [id, usageBetween(samples.get(id), one)]));
    samples = latest;
    onChange();
  }
  return {
    of: (containerId) => usages.get(containerId) ?? null,
    hold() {
      holders += 1;
      wanted.notify();
      return () => {
        holders -= 1;
      };
    },
    held: () => holders > 0,
    hurry: wanted.notify,
    async measure(engine, runningIds, signal) {
      for (;;) {
        // Called anew after a lost engine: the figures of before stay until there are newer ones.
        if (holders === 0) forget();
        while (holders === 0) await wanted.changed(wanted.version, signal);
        for (let waitMs = SECOND_SAMPLE_MS; holders > 0; waitMs = pauseMs()) {
          const seen = wanted.version;
          await sample(engine, runningIds(), signal);
          await changedWithin(waitMs, wanted, seen, signal);
        }
      }
    },
  };
}
