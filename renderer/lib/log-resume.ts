/** What of a log's tail, sent again after a broken stream, is new. Pure, so that the rule can be tested. */

interface Line {
  at: number;
  stream: 'stdout' | 'stderr';
  text: string;
}

export interface Resumed<Item> {
  /** Lines not held yet, in the order they came. */
  fresh: Item[];
  /** True when the tail reaches back to a line that is held, so that nothing can be missing between. */
  continuous: boolean;
}

function keyOf({ at, stream, text }: Line): string {
  return `${at} ${stream} ${text}`;
}

function counted(lines: readonly Line[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(keyOf(line), (counts.get(keyOf(line)) ?? 0) + 1);
  return counts;
}

/**
 * Compares as multisets of time stamp, stream and text: several lines share a millisecond, and a
 * program may write the same words twice. `held` is the newest end of what the view has, at least
 * as long as the tail that is asked for.
 */
export function resume<Item extends Line>(held: readonly Line[], tail: readonly Item[]): Resumed<Item> {
  const left = counted(held);
  const isNew = tail.map((line) => {
    const count = left.get(keyOf(line)) ?? 0;
    left.set(keyOf(line), count - 1);
    return count <= 0;
  });
  const joint = isNew.indexOf(false);
  // What stands before the joint is older than what is held and was lost on the way the first time.
  const fresh = tail.filter((_, index) => isNew[index] === true && index > joint);
  return { fresh, continuous: joint >= 0 || held.length === 0 };
}
