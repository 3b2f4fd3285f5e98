/** Measures what a fresh connection carries, by bytes that nothing can compress. */
import { randomBytes } from 'node:crypto';
import type { Writer } from './writer';

const FIRST_BYTES = 64 * 1024;
const SECOND_BYTES = 512 * 1024;

/**
 * Bytes per second towards the host. The host answers twice, after a little and after a lot, so that the round
 * trip and the program's start fall out of the difference. Rejects with the link's failure.
 */
export async function measureWire(writer: Pick<Writer, 'discard'>, now: () => number): Promise<number> {
  const first = await discarded(writer, FIRST_BYTES, now);
  const second = await discarded(writer, SECOND_BYTES, now);
  return speedOf(first, second);
}

/** Milliseconds from the first byte sent to the answer. */
async function discarded(
  { discard }: Pick<Writer, 'discard'>,
  bytes: number,
  now: () => number,
): Promise<number> {
  const before = now();
  await discard(randomBytes(bytes));
  return now() - before;
}

/** What the larger portion took beyond the smaller one. */
export function speedOf(firstMs: number, secondMs: number): number {
  return ((SECOND_BYTES - FIRST_BYTES) / Math.max(1, secondMs - firstMs)) * 1000;
}
