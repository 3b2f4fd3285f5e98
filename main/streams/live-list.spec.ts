import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveUpdate } from '../../preload/contract';
import { applyUpdate, type LiveCopy } from './apply-update';
import { createLiveList, type LiveList } from './live-list';

interface Item {
  id: string;
  value: number;
}
const idOf = (item: Item) => item.id;
const newList = (coalesceMs = 0) =>
  createLiveList<Item>({ id: idOf, coalesceMs, equals: (a, b) => a.value === b.value });

const anId = fc.constantFrom('a', 'b', 'c', 'd');
const anItem = fc.record({ id: anId, value: fc.integer({ min: 0, max: 3 }) });
type Act =
  | { kind: 'upsert'; items: Item[] }
  | { kind: 'set'; items: Item[] }
  | { kind: 'remove'; ids: string[] };
const anAct: fc.Arbitrary<Act | { kind: 'read' }> = fc.oneof(
  fc.record({ kind: fc.constant('upsert' as const), items: fc.array(anItem, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('set' as const), items: fc.array(anItem, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('remove' as const), ids: fc.array(anId, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('read' as const) }),
);

function act(list: LiveList<Item>, step: Act): void {
  if (step.kind === 'upsert') list.upsert(...step.items);
  else if (step.kind === 'set') list.set(step.items);
  else list.remove(...step.ids);
}

const asRecord = (items: Iterable<Item>) =>
  Object.fromEntries([...items].map((item) => [item.id, item.value]));

describe('a live list', () => {
  it('gives a reader, whenever it reads, the same as listing anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAct, { maxLength: 20 }), async (steps) => {
        const list = newList();
        const stop = new AbortController();
        const reader = list.watch(stop.signal);
        let copy: LiveCopy<Item> | null = null;
        const take = async () => {
          const next = await reader.next();
          if (!next.done) copy = applyUpdate(copy, next.value, idOf);
          expect(copy).not.toBeNull();
        };
        await take();
        for (const step of steps)
          if (step.kind !== 'read') act(list, step);
          else if (!same(copy, list)) await take();
        if (!same(copy, list)) await take();
        expect(asRecord((copy as LiveCopy<Item> | null)?.items.values() ?? [])).toEqual(
          asRecord(list.items()),
        );
        stop.abort();
        expect((await reader.next()).done).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('sends a slow reader one delta with the newest state, however much changed meanwhile', async () => {
    const list = newList();
    const reader = list.watch(new AbortController().signal);
    await reader.next();
    for (let value = 0; value < 10_000; value += 1) list.upsert({ id: 'a', value });
    list.upsert({ id: 'gone', value: 1 });
    list.remove('gone');
    const update = await reader.next();
    expect(update.value).toEqual({
      type: 'delta',
      revision: 1,
      upsert: [{ id: 'a', value: 9_999 }],
      remove: [],
    } satisfies LiveUpdate<Item>);
    await reader.return();
  });

  it('is left at once by a reader that waits', async () => {
    const reader = newList(60_000).watch(new AbortController().signal);
    await reader.next();
    const pending = reader.next();
    await reader.return();
    expect((await pending).done).toBe(true);
  });

  it('says nothing when an upsert changes nothing', async () => {
    const list = newList();
    list.upsert({ id: 'a', value: 1 });
    const reader = list.watch(new AbortController().signal);
    await reader.next();
    list.upsert({ id: 'a', value: 1 });
    list.upsert({ id: 'b', value: 2 });
    expect((await reader.next()).value).toMatchObject({ revision: 1, upsert: [{ id: 'b', value: 2 }] });
    await reader.return();
  });

  it('keeps the order it was set to, with what did not change left as it was', async () => {
    const list = newList();
    const [a, b] = [
      { id: 'a', value: 1 },
      { id: 'b', value: 2 },
    ];
    list.set([a, b]);
    list.set([{ id: 'c', value: 3 }, { ...b }, { ...a }]);
    expect(list.items().map(idOf)).toEqual(['c', 'b', 'a']);
    expect(list.get('a')).toBe(a);
    const reader = list.watch(new AbortController().signal);
    expect((await reader.next()).value).toMatchObject({ items: [{ id: 'c' }, { id: 'b' }, { id: 'a' }] });
    await reader.return();
  });

  it('refuses a delta that does not follow on the copy', () => {
    const copy: LiveCopy<Item> = { revision: 4, items: new Map() };
    expect(applyUpdate(copy, { type: 'delta', revision: 6, upsert: [], remove: [] }, idOf)).toBeNull();
    expect(applyUpdate<Item>(null, { type: 'delta', revision: 1, upsert: [], remove: [] }, idOf)).toBeNull();
  });
});

function same(copy: LiveCopy<Item> | null, list: LiveList<Item>): boolean {
  return JSON.stringify(sorted(copy?.items.values() ?? [])) === JSON.stringify(sorted(list.items()));
}
function sorted(items: Iterable<Item>) {
  return Object.entries(asRecord(items)).sort();
}
