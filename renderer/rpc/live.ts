/** The live lists of the contract as hooks. Readers of the same list share one subscription. */
import { useCallback, useSyncExternalStore } from 'react';
import type {
  Attention,
  Forward,
  Host,
  PrepareRun,
  ServiceRow,
  SignInQuestion,
  Stack,
  Task,
} from '../../preload/contract';
import { useRpc } from './context';
import { LiveSource, type LiveView, type OpenList, waitingView } from './live-source';
import type { Kept } from './live-sources';

/** Which stack on which host a list or a call is about. */
export interface Target {
  hostId: string;
  stackId: string;
}

function sourceOf<Item extends { id: string }>(kept: Kept<Item>, key: string, open: OpenList<Item>) {
  const source = kept.get(key) ?? new LiveSource(open);
  kept.set(key, source);
  return source;
}

/** A list that is not known yet reads as waiting; a null key stands for it. */
function useLiveList<Item extends { id: string }>(
  kept: Kept<Item>,
  key: string | null,
  open: OpenList<Item>,
): LiveView<Item> {
  const source = key === null ? null : sourceOf(kept, key, open);
  const subscribe = useCallback(
    (reader: () => void) => source?.subscribe(reader) ?? (() => undefined),
    [source],
  );
  return useSyncExternalStore(subscribe, source?.view ?? (() => waitingView));
}

/** Hosts, tasks, forwards and questions have one list each. */
const ONLY = 'all';

function onTarget(target: Target | null): string | null {
  return target === null ? null : `${target.hostId} ${target.stackId}`;
}

const nowhere: Target = { hostId: '', stackId: '' };

export function useHosts(): LiveView<Host> {
  const { client, sources } = useRpc();
  return useLiveList(sources.hosts, ONLY, (signal) => client.hosts.watch(undefined, { signal }));
}

export function useStacks(hostId: string | null): LiveView<Stack> {
  const { client, sources } = useRpc();
  return useLiveList(sources.stacks, hostId, (signal) =>
    client.stacks.watch({ hostId: hostId ?? '' }, { signal }),
  );
}

export function useServiceRows(target: Target | null): LiveView<ServiceRow> {
  const { client, sources } = useRpc();
  return useLiveList(sources.services, onTarget(target), (signal) =>
    client.services.watch(target ?? nowhere, { signal }),
  );
}

export function useAttentionList(target: Target | null): LiveView<Attention> {
  const { client, sources } = useRpc();
  return useLiveList(sources.attention, onTarget(target), (signal) =>
    client.services.attention(target ?? nowhere, { signal }),
  );
}

export function useTasks(): LiveView<Task> {
  const { client, sources } = useRpc();
  return useLiveList(sources.tasks, ONLY, (signal) => client.tasks.watch(undefined, { signal }));
}

/** What signing in to any host needs of a person. While nobody reads this, main fails such a sign-in at once. */
export function useQuestions(): LiveView<SignInQuestion> {
  const { client, sources } = useRpc();
  return useLiveList(sources.questions, ONLY, (signal) => client.hosts.questions(undefined, { signal }));
}

/** The steps of preparing a host as they ran last. */
export function usePrepareRuns(hostId: string): LiveView<PrepareRun> {
  const { client, sources } = useRpc();
  return useLiveList(sources.preparations, hostId, (signal) => client.prepare.watch({ hostId }, { signal }));
}

/** Ports of this machine that lead to hosts over SSH, of all hosts. */
export function useForwards(): LiveView<Forward> {
  const { client, sources } = useRpc();
  return useLiveList(sources.forwards, ONLY, (signal) => client.forwards.watch(undefined, { signal }));
}
