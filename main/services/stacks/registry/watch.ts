import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LiveUpdate, Stack } from '../../../../preload/contract';
import { cancellable, sleep } from '../../../streams/abortable';
import { type Backoff, createBackoff } from '../../../streams/backoff';
import { createLiveList } from '../../../streams/live-list';
import { changedWithin, type Notifier } from '../../../streams/notifier';
import type { Log } from '../../log';
import { COMPOSE, OWN } from '../plan/labels';
import { type DescribeDeps, describeStacks } from './describe';
import { createFolderWatch } from './folder-watch';

const COALESCE_MS = 100;
/** An apply makes dozens of containers a second; the count may lag a little. */
const RECOUNT_MS = 250;
const RETRY_BASE_MS = 500;
const RETRY_CEILING_MS = 5000;

/** An owner that dies says nothing on the engine, so who holds a lock is looked at again and again. */
const FOREIGN_CHECK_MS = 2000;
/** One that was given up may only come back to life, or be broken, which is an event. */
const STALE_CHECK_MS = 10_000;

const COUNTED_ACTIONS = new Set(['create', 'destroy']);

export interface WatchDeps extends DescribeDeps {
  log: Log;
}

/** Live stacks of one host. `changes` tells of everything that happens in this process: settings, applies. */
export function watchStacks(
  deps: WatchDeps,
  changes: Notifier,
  hostId: string,
  signal: AbortSignal,
): AsyncGenerator<LiveUpdate<Stack>, void> {
  return cancellable(signal, async function* (inner) {
    const list = createLiveList<Stack>({
      id: (stack) => stack.id,
      coalesceMs: COALESCE_MS,
      equals: isDeepStrictEqual,
    });
    const seen = changes.version;
    using folders = createFolderWatch(() => changes.notify());
    const refresh = async (): Promise<void> => {
      const stacks = await describeStacks(deps, hostId, inner);
      list.set(stacks);
      if (!inner.aborted) folders.set(foldersOf(stacks));
    };
    await refresh();
    const uneasy = createUnease(() => list.items());
    const current = keepCurrent({ deps, hostId, refresh, changes, since: seen, uneasy }, inner);
    const concerns = (project: string): boolean => list.items().some((stack) => stack.project === project);
    const listening = listen({ deps, changes, hostId, concerns }, inner);
    // Both end by abort only, with the reader; nothing is left to tell it then.
    Promise.all([current, listening]).catch(() => undefined);
    yield* list.watch(inner);
  });
}

function foldersOf(stacks: Stack[]): string[] {
  return [...new Set(stacks.flatMap(({ files }) => files.map((file) => dirname(file))))];
}

/** Milliseconds until the stacks have to be looked at without an event; null when only an event can change them. */
function createUnease(stacks: () => Stack[]): () => number | null {
  let before = false;
  return () => {
    const held = stacks().flatMap(({ changedBy }) => changedBy ?? []);
    const live = held.some(({ stale }) => !stale);
    // Once more after the end: a console that dies between its lock and its journal leaves an apply to continue.
    const again = live || before;
    before = live;
    if (again) return FOREIGN_CHECK_MS;
    return held.length > 0 ? STALE_CHECK_MS : null;
  };
}

interface KeepingCurrent {
  deps: WatchDeps;
  hostId: string;
  refresh: () => Promise<void>;
  changes: Notifier;
  since: number;
  uneasy: () => number | null;
}

/** A look that fails, as when a file is unreadable just now, is repeated: nothing else might tell of it. */
async function keepCurrent(
  { deps, hostId, refresh, changes, since, uneasy }: KeepingCurrent,
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackoff({ baseMs: RETRY_BASE_MS, ceilingMs: RETRY_CEILING_MS });
  for (let seen = since; ; ) {
    const checkMs = uneasy();
    await (checkMs === null ? changes.changed(seen, signal) : changedWithin(checkMs, changes, seen, signal));
    await sleep(RECOUNT_MS, signal);
    seen = changes.version;
    await again(refresh, backoff, signal, (error) => {
      const cause = error instanceof Error ? error.message : String(error);
      deps.log.warn('The stacks could not be listed; trying again.', { hostId, cause });
    });
  }
}

async function again(
  work: () => Promise<void>,
  backoff: Backoff,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    try {
      await work();
      return backoff.reset();
    } catch (error) {
      signal.throwIfAborted();
      onFailure(error);
    }
    await sleep(backoff.nextMs(), signal);
  }
}

interface Listening {
  deps: WatchDeps;
  changes: Notifier;
  hostId: string;
  /** Whatever else runs on the engine must not cost a look at every file. */
  concerns: (project: string) => boolean;
}

/** Notifies on containers and locks that come and go, and when the connection does. */
async function listen({ deps, changes, hostId, concerns }: Listening, signal: AbortSignal): Promise<void> {
  const backoff = createBackoff({ baseMs: RETRY_BASE_MS, ceilingMs: RETRY_CEILING_MS });
  while (!signal.aborted) {
    try {
      const { engine } = await deps.hosts.session(hostId, signal);
      // Whatever happened before this moment is not among the events.
      changes.notify();
      backoff.reset();
      for await (const event of engine.events({ actions: [...COUNTED_ACTIONS] }, signal)) {
        if (!COUNTED_ACTIONS.has(event.action)) continue;
        if (concerns(event.attributes[COMPOSE.project] ?? event.attributes[OWN.lock] ?? '')) changes.notify();
      }
    } catch {
      changes.notify();
    }
    await sleep(backoff.nextMs(), signal);
  }
}
