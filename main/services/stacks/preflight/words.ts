/** Numbers and lists as people read them. */

const KIBIBYTE = 1024;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= KIBIBYTE && unit < UNITS.length - 1) {
    value /= KIBIBYTE;
    unit += 1;
  }
  const digits = unit < 2 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? 'B'}`;
}

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

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listing(items: string[], shown = 4): string {
  const rest = items.length - shown;
  const visible = rest > 0 ? items.slice(0, shown) : items.slice(0, -1);
  const last = rest > 0 ? `${rest} more` : (items.at(-1) ?? '');
  return visible.length === 0 ? last : `${visible.join(', ')} and ${last}`;
}
