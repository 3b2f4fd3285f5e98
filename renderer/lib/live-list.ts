/** The reading end of a live list: a pure reducer from snapshots and deltas to ordered items. */

/** Structurally the contract's update; repeated here because lib knows no contract. */
export type ListUpdate<Item> =
  | { type: 'snapshot'; revision: number; items: Item[] }
  | { type: 'delta'; revision: number; upsert: Item[]; remove: string[] };

export interface ListState<Item> {
  /** Null until the first snapshot, and again after a gap. */
  revision: number | null;
  items: readonly Item[];
}

export const emptyList: ListState<never> = { revision: null, items: [] };

function merge<Item extends { id: string }>(
  items: readonly Item[],
  upsert: Item[],
  remove: string[],
): Item[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const id of remove) byId.delete(id);
  for (const item of upsert) byId.set(item.id, item);
  return [...byId.values()];
}

/**
 * The next state, or `'gap'` when a revision is missing: the caller keeps showing what it has and
 * asks for a new snapshot.
 */
export function reduceList<Item extends { id: string }>(
  state: ListState<Item>,
  update: ListUpdate<Item>,
): ListState<Item> | 'gap' {
  if (update.type === 'snapshot') return { revision: update.revision, items: update.items };
  if (state.revision === null || update.revision !== state.revision + 1) return 'gap';
  return { revision: update.revision, items: merge(state.items, update.upsert, update.remove) };
}
