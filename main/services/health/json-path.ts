import type { ProbeSpec } from '../stacks/extension';

export type Judgement = ProbeSpec['healthy'][number];

const SHOWN_VALUE_CHARS = 60;

/** The value at a dotted path (`components.0.status`); undefined when the body has none. */
export function valueAt(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return Reflect.get(value, key);
  }, body);
}

export function holds(body: unknown, judgement: Judgement): boolean {
  const value = valueAt(body, judgement.path);
  return judgement.in.some((allowed) => allowed === value);
}

/** For a sentence: `database: disconnected`, or `no database` when the body lacks it. */
export function describeField(body: unknown, path: string): string {
  const value = valueAt(body, path);
  if (value === undefined) return `no ${path}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${path}: ${text.length > SHOWN_VALUE_CHARS ? `${text.slice(0, SHOWN_VALUE_CHARS)}…` : text}`;
}

/** Null when the text is no JSON object or array. */
export function parseBody(text: string): object | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' ? parsed : null;
  } catch {
    return null;
  }
}
