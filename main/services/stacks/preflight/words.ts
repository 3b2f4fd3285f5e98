/** Ages and lists as people read them. */
import { plural } from '../../../words/quantities';

const AGES: [string, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** `3 days old`; the largest unit that fits. */
export function age(sinceMs: number, nowMs: number): string {
  const elapsed = Math.max(0, nowMs - sinceMs);
  const [unit, size] = AGES.find(([, length]) => elapsed >= length) ?? ['second', 1000];
  return `${plural(Math.floor(elapsed / size), unit)} old`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listing(items: string[], shown = 4): string {
  const rest = items.length - shown;
  const visible = rest > 0 ? items.slice(0, shown) : items.slice(0, -1);
  const last = rest > 0 ? `${rest} more` : (items.at(-1) ?? '');
  return visible.length === 0 ? last : `${visible.join(', ')} and ${last}`;
}
