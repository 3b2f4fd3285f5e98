/** Measures what a fresh connection carries, by bytes that nothing can compress. */
import { randomBytes } from 'node:crypto';
import { quote } from '../../words/shell';
import type { BulkChannel, RemoteProgram } from '../hosts/ssh/face';

const FIRST_BYTES = 64 * 1024;
const SECOND_BYTES = 512 * 1024;

/**
 * Bytes per second towards the host. The host answers twice, after a little and after a lot, so that the round
 * trip and the program's start fall out of the difference. Rejects with the link's failure.
 */
export async function measureWire(
  bulk: BulkChannel,
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const script = `head -c ${FIRST_BYTES} > /dev/null; echo; head -c ${SECOND_BYTES} > /dev/null; echo`;
  const program = await bulk.open(`sh -c ${quote(script)}`, signal);
  const first = await answered(program, FIRST_BYTES, now);
  const second = await answered(program, SECOND_BYTES, now);
  program.stream.end();
  await program.ended;
  return speedOf(first, second);
}

/** Milliseconds from the first byte sent to the answer. */
async function answered({ stream, ended }: RemoteProgram, bytes: number, now: () => number): Promise<number> {
  const before = now();
  const answer = new Promise<void>((resolve) => stream.once('data', () => resolve()));
  stream.write(randomBytes(bytes));
  await Promise.race([answer, ended]);
  return now() - before;
}

/** What the larger portion took beyond the smaller one. */
export function speedOf(firstMs: number, secondMs: number): number {
  return ((SECOND_BYTES - FIRST_BYTES) / Math.max(1, secondMs - firstMs)) * 1000;
}
