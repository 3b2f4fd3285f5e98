import { isDeepStrictEqual } from 'node:util';
import type { LiveUpdate, Stack } from '../../../../preload/contract';
import { cancellable, sleep } from '../../../streams/abortable';
import { type Backoff, createBackoff } from '../../../streams/backoff';
import { createLiveList } from '../../../streams/live-list';
import type { Notifier } from '../../../streams/notifier';
import type { Log } from '../../log';
import { COMPOSE } from '../plan/labels';
import { type DescribeDeps, describeStacks } from './describe';

const COALESCE_MS = 100;
/** An apply makes dozens of containers a second; the count may lag a little. */
const RECOUNT_MS = 250;
const RETRY_BASE_MS = 500;
const RETRY_CEILING_MS = 5000;

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
    list.set(await describeStacks(deps, hostId, inner));
    const refresh = async (): Promise<void> => list.set(await describeStacks(deps, hostId, inner));
    const current = keepCurrent({ deps, hostId, refresh, changes, since: seen }, inner);
    const concerns = (project: string): boolean => list.items().some((stack) => stack.project === project);
    const listening = listen({ deps, changes, hostId, concerns }, inner);
    // Both end by abort only, with the reader; nothing is left to tell it then.
    Promise.all([current, listening]).catch(() => undefined);
    yield* list.watch(inner);
  });
}

interface KeepingCurrent {
  deps: WatchDeps;
  hostId: string;
  refresh: () => Promise<void>;
  changes: Notifier;
  since: number;
}

/** A look that fails, as when a file is unreadable just now, is repeated: nothing else might tell of it. */
async function keepCurrent(
  { deps, hostId, refresh, changes, since }: KeepingCurrent,
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackoff({ baseMs: RETRY_BASE_MS, ceilingMs: RETRY_CEILING_MS });
  for (let seen = since; ; ) {
    await changes.changed(seen, signal);
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

/** Notifies on containers that come and go, and when the connection does. */
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
        if (concerns(event.attributes[COMPOSE.project] ?? '')) changes.notify();
      }
    } catch {
      changes.notify();
    }
    await sleep(backoff.nextMs(), signal);
  }
}
