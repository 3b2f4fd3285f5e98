import { digest } from './canonical';

/** What a reader sees instead of a secret. */
export const MASK = '••••••';
const DIGEST_MARK = 'secret:';

const SECRET_NAME =
  /(pass(word|wd|phrase)?|pwd|secret|token|api_?key|private_?key|access_?key|credential|salt|dsn|^key$|_key$|auth$)/i;
const URL_WITH_PASSWORD = /[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^\s]+@/i;

/** By the name of the field or by a password inside a URL. */
export function looksSecret(name: string, value: string): boolean {
  return value !== '' && (SECRET_NAME.test(name) || URL_WITH_PASSWORD.test(value));
}

/** A mark that changes with the value and does not show it; for the definition label. */
export function secretMark(value: string): string {
  return `${DIGEST_MARK}${digest(value).slice(0, 12)}`;
}

/** A value of the definition label as a person may see it. */
export function forDisplay(value: string | undefined): string | null {
  if (value === undefined) return null;
  return value.startsWith(DIGEST_MARK) ? MASK : value;
}
