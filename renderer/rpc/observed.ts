import type { ServiceRow, VerdictState } from '../../preload/contract';

/**
 * When the newest row was last confirmed by an observation; null while none ever was. While an engine is
 * away this stays at the last look, however often main repeats the rows.
 */
export function observedAt(rows: readonly ServiceRow[]): number | null {
  const seen = rows.filter(({ verdict }) => verdict.state !== 'unknown' || verdict.lastSeen !== undefined);
  return seen.length === 0 ? null : Math.max(...seen.map(({ verdict }) => verdict.observedAt));
}

/**
 * What to show of a row: its verdict, or while the engine does not answer what it was when last seen. The word
 * then says that it was.
 */
export function shownVerdict({ verdict }: Pick<ServiceRow, 'verdict'>): {
  state: VerdictState;
  reason: string;
  past: boolean;
} {
  const { state, reason, lastSeen } = verdict;
  if (state !== 'unknown' || lastSeen === undefined) return { state, reason, past: false };
  return { ...lastSeen, past: true };
}

/** When usage was measured last; null where none was. While an engine is away the last figures stay. */
export function measuredAt(rows: readonly ServiceRow[]): number | null {
  const times = rows.flatMap(({ usage }) => (usage === null ? [] : [usage.at]));
  return times.length === 0 ? null : Math.max(...times);
}
