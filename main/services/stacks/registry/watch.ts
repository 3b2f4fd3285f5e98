import { isDeepStrictEqual } from 'node:util';
import type { LiveUpdate, Stack } from '../../../../preload/contract';
import { cancellable, sleep } from '../../../streams/abortable';
import { createBackoff } from '../../../streams/backoff';
import { createLiveList } from '../../../streams/live-list';
import type { Notifier } from '../../../streams/notifier';
import { COMPOSE } from '../plan/labels';
import { type DescribeDeps, describeStacks } from './describe';

const COALESCE_MS = 100;
/** An apply makes dozens of containers a second; the count may lag a little. */
const RECOUNT_MS = 250;
const RETRY_BASE_MS = 500;
const RETRY_CEILING_MS = 5000;

const COUNTED_ACTIONS = new Set(['create', 'destroy']);

/** Live stacks of one host. `changes` tells of everything that happens in this process: settings, applies. */
export function watchStacks(
  deps: DescribeDeps,
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
    void quietly(keepCurrent(refresh, changes, seen, inner), inner);
    const concerns = (project: string): boolean => list.items().some((stack) => stack.project === project);
    void quietly(listen({ deps, changes, hostId, concerns }, inner), inner);
    yield* list.watch(inner);
  });
}

/** Ends with the reader; nothing is left to tell it then. */
async function quietly(work: Promise<void>, signal: AbortSignal): Promise<void> {
  await work.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

async function keepCurrent(
  refresh: () => Promise<void>,
  changes: Notifier,
  since: number,
  signal: AbortSignal,
): Promise<void> {
  for (let seen = since; ; ) {
    await changes.changed(seen, signal);
    await sleep(RECOUNT_MS, signal);
    seen = changes.version;
    await refresh();
  }
}

interface Listening {
  deps: DescribeDeps;
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
