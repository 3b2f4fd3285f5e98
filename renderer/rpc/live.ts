/** The live lists of the contract as hooks. Readers of the same list share one subscription. */
import { useCallback, useSyncExternalStore } from 'react';
import type { Attention, Host, ServiceRow, Stack, Task } from '../../preload/contract';
import { useRpc } from './context';
import { LiveSource, type LiveView, type OpenList, waitingView } from './live-source';

/** Which stack on which host a list or a call is about. */
export interface Target {
  hostId: string;
  stackId: string;
}

/** A list that is not known yet reads as waiting; a null key stands for it. */
function useLiveList<Item extends { id: string }>(key: string | null, open: OpenList<Item>): LiveView<Item> {
  const { sources } = useRpc();
  const source = key === null ? null : sources.get(key, open);
  const subscribe = useCallback(
    (reader: () => void) => source?.subscribe(reader) ?? (() => undefined),
    [source],
  );
  return useSyncExternalStore(subscribe, source?.view ?? (() => waitingView));
}

function onTarget(name: string, target: Target | null): string | null {
  return target === null ? null : `${name} ${target.hostId} ${target.stackId}`;
}

const nowhere: Target = { hostId: '', stackId: '' };

export function useHosts(): LiveView<Host> {
  const { client } = useRpc();
  return useLiveList('hosts', (signal) => client.hosts.watch(undefined, { signal }));
}

export function useStacks(hostId: string | null): LiveView<Stack> {
  const { client } = useRpc();
  const key = hostId === null ? null : `stacks ${hostId}`;
  return useLiveList(key, (signal) => client.stacks.watch({ hostId: hostId ?? '' }, { signal }));
}

export function useServiceRows(target: Target | null): LiveView<ServiceRow> {
  const { client } = useRpc();
  return useLiveList(onTarget('services', target), (signal) =>
    client.services.watch(target ?? nowhere, { signal }),
  );
}

export function useAttentionList(target: Target | null): LiveView<Attention> {
  const { client } = useRpc();
  return useLiveList(onTarget('attention', target), (signal) =>
    client.services.attention(target ?? nowhere, { signal }),
  );
}

export function useTasks(): LiveView<Task> {
  const { client } = useRpc();
  return useLiveList('tasks', (signal) => client.tasks.watch(undefined, { signal }));
}

/** Keeps one source per list for the life of the window, so that a revisited screen shows its last state at once. */
export class LiveSources {
  // Each key is only ever used with one item type: the hooks above are the only callers.
  #sources = new Map<string, unknown>();

  get<Item extends { id: string }>(key: string, open: OpenList<Item>): LiveSource<Item> {
    const kept = this.#sources.get(key);
    if (kept instanceof LiveSource) return kept;
    const source = new LiveSource(open);
    this.#sources.set(key, source);
    return source;
  }
}
