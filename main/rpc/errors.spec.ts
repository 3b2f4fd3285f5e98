import { ORPCError } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../services/errors';
import type { Log } from '../services/log';
import { mapStreamErrors, toWireError } from './errors';

function collector() {
  const lines: string[] = [];
  const keep = (message: string) => void lines.push(message);
  const log: Log = { info: keep, warn: keep, error: keep };
  return { lines, log };
}

describe('wire errors', () => {
  it('carry code and data of a domain error', () => {
    const error = toWireError(
      new DomainError('NOT_FOUND', { kind: 'stack', name: 'x' }, 'No stack x.'),
      collector().log,
    );
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      data: { kind: 'stack', name: 'x' },
      message: 'No stack x.',
    });
  });

  it('hide what is not known behind an id that the log has', () => {
    const { lines, log } = collector();
    const error = toWireError(new Error('password=hunter2'), log);
    expect(error).toBeInstanceOf(ORPCError);
    expect(error.message).not.toContain('hunter2');
    expect(lines).toHaveLength(1);
    expect(error.message).toContain(String(lines[0]).split(' ').at(-1));
  });

  it('are also what a stream ends with after it has begun', async () => {
    async function* broken() {
      yield 1;
      throw new DomainError('TIMEOUT', { operation: 'x', afterMs: 5 }, 'late');
    }
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of mapStreamErrors(broken(), collector().log)) seen.push(item);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'TIMEOUT', data: { afterMs: 5 } });
    expect(seen).toEqual([1]);
  });
});
