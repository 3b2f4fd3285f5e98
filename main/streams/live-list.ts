import type { LiveUpdate } from '../../preload/contract';
import { cancellable, sleep } from './abortable';
import { createNotifier, type Notifier } from './notifier';

export interface LiveListOptions<Item> {
  id: (item: Item) => string;
  /** Changes within this time travel as one delta. */
  coalesceMs: number;
  /** An upsert equal to what is there counts as no change. Default: same reference. */
  equals?: (a: Item, b: Item) => boolean;
}

export interface LiveList<Item> {
  items(): Item[];
  get(id: string): Item | undefined;
  /** Makes the list exactly these items, in this order: a snapshot has it, a delta can't tell of it. */
  set(items: Iterable<Item>): void;
  upsert(...items: Item[]): void;
  remove(...ids: string[]): void;
  /**
   * A snapshot with revision 0, then deltas, each one revision higher. A slow reader gets the
   * newest state of what changed meanwhile; nothing queues up. Ends when the signal aborts.
   */
  watch(signal: AbortSignal): AsyncGenerator<LiveUpdate<Item>, void>;
}

/** Main's side of a live list. Holds no timer while nobody reads or nothing changes. */
export function createLiveList<Item>(options: LiveListOptions<Item>): LiveList<Item> {
  const current = new Map<string, Item>();
  const changes = createNotifier();
  const equals = options.equals ?? Object.is;

  function put(item: Item): boolean {
    const id = options.id(item);
    const before = current.get(id);
    if (before !== undefined && equals(before, item)) return false;
    current.set(id, item);
    return true;
  }
  function putLast(item: Item): boolean {
    const id = options.id(item);
    const before = current.get(id);
    const same = before !== undefined && equals(before, item);
    current.delete(id);
    current.set(id, same ? before : item);
    return !same;
  }
  function commit(results: boolean[]): void {
    if (results.includes(true)) changes.notify();
  }
  return {
    items: () => [...current.values()],
    get: (id) => current.get(id),
    set(items) {
      const wanted = [...items];
      const keep = new Set(wanted.map(options.id));
      const gone = [...current.keys()].filter((id) => !keep.has(id));
      commit([...gone.map((id) => current.delete(id)), ...wanted.map(putLast)]);
    },
    upsert: (...items) => commit(items.map(put)),
    remove: (...ids) => commit(ids.map((id) => current.delete(id))),
    watch: (signal) =>
      cancellable(signal, (inner) => read({ current, changes, coalesceMs: options.coalesceMs }, inner)),
  };
}

interface Source<Item> {
  current: ReadonlyMap<string, Item>;
  changes: Notifier;
  coalesceMs: number;
}

/** Compares with what this reader was sent, so its memory is bounded by the list itself. */
async function* read<Item>(
  source: Source<Item>,
  signal: AbortSignal,
): AsyncGenerator<LiveUpdate<Item>, void> {
  let seen = source.changes.version;
  let known: ReadonlyMap<string, Item> = new Map(source.current);
  yield { type: 'snapshot', revision: 0, items: [...known.values()] };
  for (let revision = 1; ; ) {
    await source.changes.changed(seen, signal);
    await sleep(source.coalesceMs, signal);
    seen = source.changes.version;
    const delta = difference(known, source.current);
    known = new Map(source.current);
    if (delta.upsert.length + delta.remove.length === 0) continue;
    yield { type: 'delta', revision, ...delta };
    revision += 1;
  }
}

function difference<Item>(from: ReadonlyMap<string, Item>, to: ReadonlyMap<string, Item>) {
  const upsert = [...to].filter(([id, item]) => !Object.is(from.get(id), item)).map(([, item]) => item);
  const remove = [...from.keys()].filter((id) => !to.has(id));
  return { upsert, remove };
}
