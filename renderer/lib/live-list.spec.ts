import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyList, type ListState, type ListUpdate, reduceList } from './live-list';

interface Item {
  id: string;
  value: number;
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const item = fc.record({ id, value: fc.integer() });
const change = fc.record({
  upsert: fc.array(item, { maxLength: 4 }),
  remove: fc.array(id, { maxLength: 3 }),
});

function applyAll(updates: ListUpdate<Item>[]): ListState<Item> | 'gap' {
  let state: ListState<Item> | 'gap' = emptyList;
  for (const update of updates) {
    if (state === 'gap') return 'gap';
    state = reduceList<Item>(state, update);
  }
  return state;
}

describe('a live list', () => {
  it('ends with what listing anew would give, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(item, { selector: (entry) => entry.id }),
        fc.array(change),
        (items, changes) => {
          const truth = new Map(items.map((entry) => [entry.id, entry]));
          const updates: ListUpdate<Item>[] = [{ type: 'snapshot', revision: 7, items }];
          for (const [index, { upsert, remove }] of changes.entries()) {
            for (const gone of remove) truth.delete(gone);
            for (const entry of upsert) truth.set(entry.id, entry);
            updates.push({ type: 'delta', revision: 8 + index, upsert, remove });
          }
          const state = applyAll(updates);
          expect(state).not.toBe('gap');
          if (state === 'gap') return;
          expect(new Map(state.items.map((entry) => [entry.id, entry]))).toEqual(truth);
          expect(state.revision).toBe(7 + changes.length);
        },
      ),
    );
  });

  it('reports a gap for every revision but the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: -5, max: 1005 }), (have, got) => {
        fc.pre(got !== have + 1);
        const state: ListState<Item> = { revision: have, items: [] };
        expect(reduceList(state, { type: 'delta', revision: got, upsert: [], remove: [] })).toBe('gap');
      }),
    );
  });

  it('reports a gap for a delta without a snapshot', () => {
    expect(reduceList<Item>(emptyList, { type: 'delta', revision: 1, upsert: [], remove: [] })).toBe('gap');
  });

  it('keeps the place of an item that changes', () => {
    const items = ['a', 'b', 'c'].map((entry) => ({ id: entry, value: 0 }));
    const state = reduceList<Item>(
      { revision: 1, items },
      { type: 'delta', revision: 2, upsert: [{ id: 'b', value: 9 }], remove: [] },
    );
    expect(state).toEqual({ revision: 2, items: [items[0], { id: 'b', value: 9 }, items[2]] });
  });
});
