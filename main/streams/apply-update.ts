import type { LiveUpdate } from '../../preload/contract';

/** A reader's copy of a live list. */
export interface LiveCopy<Item> {
  revision: number;
  items: ReadonlyMap<string, Item>;
}

/** The copy after one update; null when a delta does not follow on it, so a new snapshot is needed. */
export function applyUpdate<Item>(
  copy: LiveCopy<Item> | null,
  update: LiveUpdate<Item>,
  id: (item: Item) => string,
): LiveCopy<Item> | null {
  if (update.type === 'snapshot') {
    return { revision: update.revision, items: new Map(update.items.map((item) => [id(item), item])) };
  }
  if (copy === null || update.revision !== copy.revision + 1) return null;
  const items = new Map(copy.items);
  for (const gone of update.remove) items.delete(gone);
  for (const item of update.upsert) items.set(id(item), item);
  return { revision: update.revision, items };
}
