/** Probes as points of a line, oldest first; where nothing answered or nobody asked, the line is broken. Pure. */
import type { ProbeResult } from '../../../preload/contract';

const MOST_POINTS = 300;
/** Nobody at the window, and all well: probes come every 10 to 15 s. Three times that is no pause but an absence. */
const ABSENT_MS = 45_000;

export interface Point {
  at: number;
  /** Null where the line is broken. */
  latencyMs: number | null;
}

function answered({ outcome }: ProbeResult): boolean {
  return outcome !== 'refused' && outcome !== 'timeout';
}

/** `newestFirst`: as the history is kept. */
export function toPoints(newestFirst: readonly ProbeResult[]): Point[] {
  const points: Point[] = [];
  for (const result of newestFirst.slice(0, MOST_POINTS).reverse()) {
    const before = points.at(-1);
    if (before !== undefined && result.at - before.at > ABSENT_MS)
      points.push({ at: (before.at + result.at) / 2, latencyMs: null });
    points.push({ at: result.at, latencyMs: answered(result) ? result.latencyMs : null });
  }
  return points;
}
