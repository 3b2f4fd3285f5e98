/** Values that several attributes share. */
import { at, type Cursor, integer, text, wrong } from '../source/cursor';
import { isNull } from '../source/tree';

export function nullableText(cursor: Cursor): string | null {
  return isNull(cursor.node) ? null : text(cursor);
}

/** A single number is both limits. */
export function limits(cursor: Cursor): { soft: number; hard: number } {
  if (cursor.node.kind === 'scalar') {
    const both = integer(cursor);
    return { soft: both, hard: both };
  }
  const [soft, hard] = [at(cursor, 'soft'), at(cursor, 'hard')];
  if (!soft || !hard) throw wrong(cursor, 'a number, or a map of soft and hard');
  return { soft: integer(soft), hard: integer(hard) };
}
