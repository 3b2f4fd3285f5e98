import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, batch } from './batch';

async function collect<T>(batches: AsyncIterable<Batch<T>>): Promise<Batch<T>[]> {
  const all: Batch<T>[] = [];
  for await (const one of batches) all.push(one);
  return all;
}
async function* from<T>(items: T[], pauseEvery = 7): AsyncGenerator<T, void> {
  for (const [index, item] of items.entries()) {
    if (index % pauseEvery === 0) await new Promise(setImmediate);
    yield item;
  }
}
/** Tells when the source was read to its end. */
function watched<T>(items: AsyncIterable<T>) {
  let tell = (): void => undefined;
  const read = new Promise<void>((resolve) => {
    tell = resolve;
  });
  async function* source(): AsyncGenerator<T, void> {
    yield* items;
    tell();
  }
  return { source: source(), read };
}
const never = () => new AbortController().signal;

describe('batch', () => {
  it('keeps order and size, and loses nothing that it does not count', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer()),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 20 }),
        async (items, maxItems, ringSize) => {
          const batches = await collect(batch(from(items), { maxMs: 1, maxItems, ringSize }, never()));
          const delivered = batches.flatMap((one) => one.items);
          const dropped = batches.reduce((sum, one) => sum + one.dropped, 0);
          expect(delivered.length + dropped).toBe(items.length);
          expect(Math.max(0, ...batches.map((one) => one.items.length))).toBeLessThanOrEqual(maxItems);
          expect(isSubsequence(delivered, items)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the newest for a reader that does not keep up, and counts the rest', async () => {
    const items = Array.from({ length: 1000 }, (_, index) => index);
    const { source, read } = watched(from(items, 1000));
    const reader = batch(source, { maxMs: 5, maxItems: 50, ringSize: 100 }, never());
    const first = await reader.next();
    await read;
    const rest = await collect(reader);
    const all = first.done ? rest : [first.value, ...rest];
    expect(all.flatMap((one) => one.items).at(-1)).toBe(999);
    expect(all.flatMap((one) => one.items).length + all.reduce((sum, one) => sum + one.dropped, 0)).toBe(
      1000,
    );
    expect(all.reduce((sum, one) => sum + one.dropped, 0)).toBeGreaterThanOrEqual(800);
  });

  it('delivers what it read before passing on the failure of the source', async () => {
    async function* failing() {
      yield 1;
      yield 2;
      throw new Error('cut');
    }
    const reader = batch(failing(), { maxMs: 1, maxItems: 10, ringSize: 10 }, never());
    expect((await reader.next()).value).toEqual({ items: [1, 2], dropped: 0 });
    await expect(reader.next()).rejects.toThrow('cut');
  });

  it('leaves after maxMs with what there is, and ends when the signal aborts', async () => {
    const stop = new AbortController();
    async function* stalling() {
      yield 'a';
      await new Promise(() => undefined);
    }
    const reader = batch(stalling(), { maxMs: 5, maxItems: 10, ringSize: 10 }, stop.signal);
    expect((await reader.next()).value).toEqual({ items: ['a'], dropped: 0 });
    const pending = reader.next();
    stop.abort();
    expect((await pending).done).toBe(true);
  });
});

function isSubsequence(part: number[], whole: number[]): boolean {
  let at = 0;
  for (const item of whole) if (at < part.length && item === part[at]) at += 1;
  return at === part.length;
}
