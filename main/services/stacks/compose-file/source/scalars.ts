/**
 * What an unquoted YAML word means. The rules are those of the YAML 1.2 core schema plus the two
 * YAML 1.1 habits that Compose files rely on and the reference keeps: `0440` is octal and `1_000`
 * is a number. Dates stay text. `plainText` is what becomes of a word where a text is wanted.
 */
import type { ScalarValue } from './tree';

const WORDS = new Map<string, ScalarValue>([
  ['', null],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

export const INTEGER = /^[-+]?(0|[1-9][0-9]*)$/;
const BASED = /^([-+]?)(0b[01]+|0o?[0-7]+|0x[0-9a-fA-F]+)$/;
export const DECIMAL = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

export function resolvePlain(word: string): ScalarValue {
  const known = WORDS.get(word);
  if (known !== undefined) return known;
  return number(withoutGroups(word)) ?? word;
}

/** `1_000` without its underscores. */
export function withoutGroups(word: string): string {
  return word.includes('_') && /^[-+.0-9]/.test(word) ? word.replaceAll('_', '') : word;
}

function number(word: string): number | null {
  if (INTEGER.test(word)) return safe(word);
  const based = BASED.exec(word);
  if (based) return based[1] === '-' ? -fromBase(based[2] ?? '') : fromBase(based[2] ?? '');
  return DECIMAL.test(word) ? Number(word) : null;
}

/** A whole number too large to be exact stays text, so that no digit is lost. */
function safe(word: string): number | null {
  const value = Number(word);
  return Number.isSafeInteger(value) ? value : null;
}

function fromBase(digits: string): number {
  if (/^0[bx]/.test(digits)) return Number(digits);
  return Number.parseInt(digits.replace(/^0o?/, ''), 8);
}
