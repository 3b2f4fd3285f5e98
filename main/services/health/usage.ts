import type { Usage } from '../../../preload/contract';
import { sleep } from '../../streams/abortable';
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

export interface UsageMeter {
  of(containerId: string): Usage | null;
  /** Samples until the signal aborts; then rejects with its reason. */
  measure(engine: EnginePort, runningIds: () => string[], signal: AbortSignal): Promise<void>;
}

const SAMPLE_EVERY_MS = 2000;
/** The first rates soon, the rest at leisure. */
const SECOND_SAMPLE_MS = 500;

export function createUsageMeter(onChange: () => void): UsageMeter {
  let samples = new Map<string, StatsSample>();
  let usages = new Map<string, Usage>();
  return {
    of: (containerId) => usages.get(containerId) ?? null,
    async measure(engine, runningIds, signal) {
      samples = new Map();
      for (let waitMs = SECOND_SAMPLE_MS; ; waitMs = SAMPLE_EVERY_MS) {
        // A lost engine is noticed by the event stream; one failed sample is a gap and nothing more.
        const latest = await engine
          .sampleAllStats(runningIds(), signal)
          .catch(() => new Map<string, StatsSample>());
        usages = new Map([...latest].map(([id, sample]) => [id, usageBetween(samples.get(id), sample)]));
        samples = latest;
        onChange();
        await sleep(waitMs, signal);
      }
    },
  };
}
