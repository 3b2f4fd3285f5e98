/** Numbers for people: always with a unit, short enough for a table cell, stable in width where they change. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const UNKNOWN = '–';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

function known(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

/** From here on one decimal would round to 10.0. */
const WHOLE_FROM = 9.95;

function digits(value: number): string {
  return value < WHOLE_FROM ? value.toFixed(1) : Math.round(value).toString();
}

/** `0 B`, `312 B`, `1.5 KiB`, `214 MiB`. Unknown or negative values are a dash. */
export function formatBytes(bytes: number | null | undefined): string {
  if (!known(bytes) || bytes < 0) return UNKNOWN;
  let value = bytes;
  let unit = 0;
  while (Math.round(value) >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : digits(value)} ${BYTE_UNITS[unit]}`;
}

/** Bytes per second: `1.5 KiB/s`. */
export function formatRate(bytesPerSecond: number | null | undefined): string {
  const text = formatBytes(bytesPerSecond);
  return text === UNKNOWN ? text : `${text}/s`;
}

/** `0.4 %`, `12.3 %`, `240 %`. */
export function formatPercent(percent: number | null | undefined): string {
  if (!known(percent) || percent < 0) return UNKNOWN;
  return `${percent < 99.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}

function pair(ms: number, [large, largeMs]: [string, number], [small, smallMs]: [string, number]): string {
  const whole = Math.floor(ms / largeMs);
  const rest = Math.floor((ms - whole * largeMs) / smallMs);
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}

/** Whole seconds and coarser, two units at most: `0 s`, `42 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatDuration(ms: number | null | undefined): string {
  if (!known(ms) || ms < 0) return UNKNOWN;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return pair(ms, ['min', MINUTE_MS], ['s', SECOND_MS]);
  if (ms < DAY_MS) return pair(ms, ['h', HOUR_MS], ['min', MINUTE_MS]);
  return pair(ms, ['d', DAY_MS], ['h', HOUR_MS]);
}

/** Like a duration, in whole minutes from the first one on: `42 s`, `3 min`, `2 h 10 min`. */
export function formatUptime(ms: number): string {
  return formatDuration(ms < MINUTE_MS ? ms : Math.floor(ms / MINUTE_MS) * MINUTE_MS);
}

/** For measured spans: `0.4 ms`, `38 ms`, `1.2 s`, then like durations. */
export function formatLatency(ms: number | null | undefined): string {
  if (!known(ms) || ms < 0) return UNKNOWN;
  if (Math.round(ms) < SECOND_MS) return `${digits(ms)} ms`;
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  return formatDuration(ms);
}

/** Whoever needs the second looks at the moment itself; an age that counts each one draws the eye and a frame each time. */
const AGE_STEP_MS = 10 * SECOND_MS;

/** `just now`, `10 s ago`, `3 min ago`. One unit, seconds by tens: an age is read at a glance. */
export function formatAge(at: number | null | undefined, now: number): string {
  if (!known(at)) return UNKNOWN;
  const ms = now - at;
  if (ms < AGE_STEP_MS) return 'just now';
  if (ms < MINUTE_MS) return `${(Math.floor(ms / AGE_STEP_MS) * AGE_STEP_MS) / SECOND_MS} s ago`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ago`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h ago`;
  return `${Math.floor(ms / DAY_MS)} d ago`;
}

/** When the words of an age turn next, in epoch milliseconds. */
export function ageTurns(at: number, now: number): number {
  return nextStep(at, now, stepOf(now - at, AGE_STEP_MS, MINUTE_MS));
}

/** The same for `formatDuration` of the time since `since`. */
export function durationTurns(since: number, now: number): number {
  return nextStep(since, now, stepOf(now - since, SECOND_MS, SECOND_MS));
}

/** The same for `formatUptime`. */
export function uptimeTurns(since: number, now: number): number {
  return nextStep(since, now, stepOf(now - since, SECOND_MS, MINUTE_MS));
}

/** The same for `formatMoment`: the next midnight here. */
export function momentTurns(now: number): number {
  return new Date(now).setHours(24, 0, 0, 0);
}

function stepOf(ms: number, belowMinute: number, belowHour: number): number {
  if (ms < MINUTE_MS) return belowMinute;
  if (ms < HOUR_MS) return belowHour;
  return ms < DAY_MS ? MINUTE_MS : HOUR_MS;
}

function nextStep(from: number, now: number, step: number): number {
  return from + (Math.floor((now - from) / step) + 1) * step;
}

function two(value: number): string {
  return value.toString().padStart(2, '0');
}

/** Local wall clock, `12:03:10`. */
export function formatClock(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Local wall clock with milliseconds, `12:03:10.042`: what a log line needs. */
export function formatStamp(at: number): string {
  return `${formatClock(at)}.${(Math.floor(at) % 1000).toString().padStart(3, '0')}`;
}

/** The clock today, else date and clock: `2026-11-23 12:03:10`. */
export function formatMoment(at: number, now: number): string {
  const date = new Date(at);
  if (new Date(now).toDateString() === date.toDateString()) return formatClock(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${formatClock(at)}`;
}

/** `1 service`, `3 services`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
