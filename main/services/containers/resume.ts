import type { RawLogLine } from '../hosts/engine';

/**
 * Where to go on reading after a stream broke. Lines of the last moments are kept, because two
 * streams are written side by side and a stamp may be older than the line before it: reading begins
 * again a little earlier, and what was seen already is skipped as often as it was seen.
 */
export interface ResumePoint {
  remember(line: RawLogLine): void;
  /** Lines stamped earlier are history that nobody asked for. */
  ignoreBefore(stamp: string): void;
  /** Seconds with nanoseconds, as the engine takes `since`; undefined before the first line. */
  since(): string | undefined;
  /** Milliseconds since the Unix epoch; null before the first line. */
  newestAt(): number | null;
  /** True for a line that was handed out before; to be asked for each line after a resume, in order. */
  skipper(): (line: RawLogLine) => boolean;
}

const OVERLAP_MS = 1000;
/** Old entries are dropped in bulk. */
const PRUNE_AT = 4096;

function key(line: RawLogLine): string {
  return `${line.stream} ${line.stamp} ${line.text}`;
}

function asEngineTime(at: number): string {
  const whole = Math.floor(at / 1000);
  return `${whole}.${String(at - whole * 1000).padStart(3, '0')}000000`;
}

export function createResumePoint(): ResumePoint {
  let recent: RawLogLine[] = [];
  let newest = 0;
  let pruneAt = PRUNE_AT;
  let floor = '';

  function prune(): void {
    recent = recent.filter((line) => line.at >= newest - OVERLAP_MS);
    // A burst within the overlap must not be filtered again for every line.
    pruneAt = Math.max(PRUNE_AT, recent.length * 2);
  }
  return {
    remember(line) {
      newest = Math.max(newest, line.at);
      recent.push(line);
      if (recent.length >= pruneAt) prune();
    },
    ignoreBefore(stamp) {
      floor = stamp;
    },
    since: () => (newest === 0 ? undefined : asEngineTime(newest - OVERLAP_MS)),
    newestAt: () => (newest === 0 ? null : newest),
    skipper() {
      const seen = new Map<string, number>();
      for (const line of recent) seen.set(key(line), (seen.get(key(line)) ?? 0) + 1);
      return (line) => {
        if (line.stamp !== '' && line.stamp < floor) return true;
        const left = seen.get(key(line)) ?? 0;
        if (left > 0) seen.set(key(line), left - 1);
        return left > 0;
      };
    },
  };
}
