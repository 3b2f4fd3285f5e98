import type { ServiceRow } from '../../preload/contract';

/**
 * When the newest row was last confirmed by an observation; null without rows. While an engine is
 * away this stays at the last look, however often main repeats the rows.
 */
export function observedAt(rows: readonly ServiceRow[]): number | null {
  if (rows.length === 0) return null;
  return Math.max(...rows.map((row) => row.verdict.observedAt));
}
