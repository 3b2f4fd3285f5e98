/**
 * What becomes of an unquoted decimal or date where a text is wanted, as in an environment: the
 * reference hands on what its language prints of the value, and a container must get the same.
 */
import { DECIMAL, INTEGER, withoutGroups } from './scalars';

/** Undefined where the value prints by itself as it should. */
export function plainText(word: string): string | undefined {
  const digits = withoutGroups(word);
  if (INTEGER.test(digits)) return fits(digits) ? undefined : decimalText(Number(digits));
  return DECIMAL.test(digits) ? decimalText(Number(digits)) : dateText(word);
}

/** Whole numbers have 64 bits. */
function fits(digits: string): boolean {
  const value = BigInt(digits.replace(/^\+/, ''));
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}

const FIRST_EXPONENT = 6;
const LAST_NEGATIVE_EXPONENT = -4;

function decimalText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= LAST_NEGATIVE_EXPONENT && exponent < FIRST_EXPONENT) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

const DATE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?(Z|[-+]\d{2}:\d{2})?)?$/;

/** `2001-01-01` → `2001-01-01 00:00:00 +0000 UTC`. */
function dateText(word: string): string | undefined {
  const [, year = '', month = '', day = '', gap, ...time] = DATE.exec(word) ?? [];
  const [hour = '0', minute = '0', second = '0', fraction = '', zone] = time;
  // With a blank there is no zone, with a letter there must be one.
  if (gap !== undefined && (gap === ' ') !== (zone === undefined)) return undefined;
  const date = [year, two(month), two(day)].join('-');
  const clock = [two(hour), two(minute), two(second)].join(':');
  if (!exists(date, clock)) return undefined;
  const offset = (zone ?? 'Z').replace('Z', '+0000').replace(':', '');
  const named = /^[-+]0000$/.test(offset) ? '+0000 UTC' : `${offset} ${offset}`;
  return `${date} ${clock}${fraction.replace(/\.?0+$/, '')} ${named}`;
}

const two = (digits: string): string => digits.padStart(2, '0');

function exists(date: string, clock: string): boolean {
  const moment = new Date(`${date}T${clock}Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(`${date}T${clock}`);
}
