/** Durations and byte sizes: Compose text to milliseconds and bytes, and back. */
import { NANOSECONDS_PER_MS } from '../../../../words/quantities';

/** Nanoseconds per unit: everything down to one is exact. */
const NANOSECONDS: Record<string, number> = {
  h: 3.6e12,
  m: 6e10,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ns: 1,
};
const DURATION_PART = /([0-9]+\.?[0-9]*|\.[0-9]+)(h|ms|us|µs|μs|ns|m|s)/gy;

/** `1h5m30s20ms` → milliseconds; a bare number has no unit and is refused, `0` aside. Undefined when malformed. */
export function parseDuration(text: string): number | undefined {
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (rest === '') return undefined;
  let total = 0;
  let end = 0;
  for (const [whole, amount = '', unit = ''] of rest.matchAll(DURATION_PART)) {
    total += Number(amount) * (NANOSECONDS[unit] ?? 0);
    end += whole.length;
  }
  if (end !== rest.length) return undefined;
  return ((sign === '-' ? -1 : 1) * Math.round(total)) / NANOSECONDS_PER_MS;
}

/** Milliseconds as the reference prints them: `1h5m30.02s`, `500ms`, `1.5µs`, `0s`. */
export function formatDuration(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  const total = Math.round(Math.abs(milliseconds) * NANOSECONDS_PER_MS);
  if (total === 0) return '0s';
  if (total < 1e3) return `${sign}${total}ns`;
  if (total < 1e6) return `${sign}${total / 1e3}µs`;
  if (total < 1e9) return `${sign}${total / 1e6}ms`;
  const hours = Math.floor(total / 3.6e12);
  const minutes = Math.floor((total % 3.6e12) / 6e10);
  const seconds = `${(total % 6e10) / 1e9}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

const SIZE = /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+) ?(?:([kmgtp])i?b?|b)?$/i;
const POWERS = 'kmgtp';

/** `512m`, `1.5gb`, `64KiB`, `1024` → whole bytes, always in steps of 1024. Undefined when malformed. */
export function parseBytes(text: string): number | undefined {
  const found = SIZE.exec(text.trim());
  if (!found) return undefined;
  const power = found[2] ? POWERS.indexOf(found[2].toLowerCase()) + 1 : 0;
  return Math.trunc(Number(found[1]) * 1024 ** power);
}
