import { z } from 'zod';

/**
 * A live list travels as one snapshot followed by deltas. `revision` rises by exactly one per
 * delta; a reader that sees a gap drops its copy and waits for the next snapshot.
 */
export function liveList<Item extends z.ZodType>(item: Item) {
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('snapshot'), revision: z.number().int(), items: z.array(item) }),
    z.object({
      type: z.literal('delta'),
      revision: z.number().int(),
      upsert: z.array(item),
      /** Ids of items that are gone. */
      remove: z.array(z.string()),
    }),
  ]);
}

export type LiveUpdate<Item> =
  | { type: 'snapshot'; revision: number; items: Item[] }
  | { type: 'delta'; revision: number; upsert: Item[]; remove: string[] };
