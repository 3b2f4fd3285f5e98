/** Domain errors leave as the contract's typed errors; anything else is logged under an id and leaves as INTERNAL. */
import { randomUUID } from 'node:crypto';
import { ORPCError } from '@orpc/server';
import { isDomainError } from '../services/errors';
import type { Log } from '../services/log';

/** Answers what to throw at the wire. oRPC's own errors (bad input, unknown procedure) pass unchanged. */
export function toWireError(error: unknown, log: Log): Error {
  if (error instanceof ORPCError) return error;
  if (isDomainError(error)) {
    return new ORPCError(error.code, { data: error.data, message: error.message, defined: true });
  }
  const id = randomUUID();
  log.error(`Unexpected error ${id}`, {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return new ORPCError('INTERNAL', { data: { id }, message: `Unexpected error ${id}.`, defined: true });
}

/** Maps errors that a stream raises after it has begun, which no middleware sees. */
export async function* mapStreamErrors<Item>(
  items: AsyncIterable<Item>,
  log: Log,
): AsyncGenerator<Item, void, void> {
  try {
    for await (const item of items) yield item;
  } catch (error) {
    throw toWireError(error, log);
  }
}
