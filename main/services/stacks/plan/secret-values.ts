import { createMasker, MASK } from '../../secrets/face';
import { digest } from './canonical';

const DIGEST_MARK = 'secret:';
/** Knows no values: the label must not depend on which secrets can be read on this machine. */
const byShape = createMasker([]);

/** By the name of the field, a password inside a URL or an assignment inside the value. */
export function looksSecret(name: string, value: string): boolean {
  return byShape.value(name, value) !== value;
}

/** A command line of which any word is a secret. */
export function holdsSecret(words: string[]): boolean {
  return byShape.command(words).some((word, index) => word !== words[index]);
}

/** Any JSON value as a person may see it. */
export function maskShapes(value: unknown): unknown {
  return byShape.json(value);
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
