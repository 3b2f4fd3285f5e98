/** What is asked once and shown with its age, as opposed to the live lists. */
import { useQuery } from '@tanstack/react-query';
import { useRpc } from './context';
import type { Target } from './live';
import { useWorkspace } from './workspace';

const nowhere: Target = { hostId: '', stackId: '' };
const LOCK_REFRESH_MS = 3000;
const DETAIL_REFRESH_MS = 5000;

function stackKey(on: Target, name: string): string[] {
  return ['stack', on.hostId, on.stackId, name];
}

/** With and without its orphans a stack has two plans; both are asked anew by the same prefix. */
export function planKey(on: Target, removeOrphans: boolean): string[] {
  return [...stackKey(on, 'plan'), removeOrphans ? 'without orphans' : 'as it is'];
}

function useOnStack(name: string) {
  const { client } = useRpc();
  const { target, connected } = useWorkspace();
  const on = target ?? nowhere;
  return {
    client,
    on,
    enabled: target !== null && connected,
    queryKey: stackKey(on, name),
  };
}

/** What the plan and the checks say ages with every change on the engine: each visit asks again. */
const askedAnew = { staleTime: Number.POSITIVE_INFINITY, refetchOnMount: 'always', retry: false } as const;

export function usePreflight(enabled = true) {
  const { client, on, queryKey, ...rest } = useOnStack('preflight');
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => client.stacks.preflight(on, { signal }),
    enabled: enabled && rest.enabled,
    ...askedAnew,
    retry: false,
  });
}

export function usePlan(removeOrphans: boolean) {
  const { client, on, enabled } = useOnStack('plan');
  return useQuery({
    queryKey: planKey(on, removeOrphans),
    queryFn: ({ signal }) => client.stacks.plan({ ...on, removeOrphans }, { signal }),
    enabled,
    // The tick changes a few steps of the plan on show; nothing has to vanish for that.
    placeholderData: (earlier, query) => (query?.queryKey[2] === on.stackId ? earlier : undefined),
    ...askedAnew,
  });
}

export function useHistory() {
  const { client, on, queryKey } = useOnStack('history');
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => client.stacks.history(on, { signal }),
    // From the journals of this machine: they are there while the engine is not.
    enabled: on !== nowhere,
  });
}

export function useLock() {
  const { client, on, queryKey, enabled } = useOnStack('lock');
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => client.stacks.lock(on, { signal }),
    enabled,
    refetchInterval: LOCK_REFRESH_MS,
  });
}

export function useRemovalPreview(enabled: boolean) {
  const { client, on, queryKey } = useOnStack('removal');
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => client.stacks.removalPreview(on, { signal }),
    enabled,
    staleTime: 0,
    retry: false,
  });
}

function useOnService(service: string, name: string) {
  const { client, on, enabled } = useOnStack(name);
  return {
    client,
    on,
    input: { ...on, service },
    enabled,
    queryKey: ['service', on.hostId, on.stackId, service, name],
  };
}

export function useProbes(service: string) {
  const { client, on, input, queryKey } = useOnService(service, 'probes');
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => client.services.probes(input, { signal }),
    // The console's own memory: it answers while the engine does not.
    enabled: on !== nowhere,
    refetchInterval: DETAIL_REFRESH_MS,
  });
}

export function useEvents(service: string) {
  const { client, input, queryKey, enabled } = useOnService(service, 'events');
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => client.services.events(input, { signal }),
    enabled,
    refetchInterval: DETAIL_REFRESH_MS,
  });
}

export function useConfiguration(service: string) {
  const { client, input, queryKey, enabled } = useOnService(service, 'configuration');
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => client.services.configuration(input, { signal }),
    enabled,
  });
}

export function useInspect(service: string) {
  const { client, input, queryKey, enabled } = useOnService(service, 'inspect');
  return useQuery({ queryKey, queryFn: ({ signal }) => client.services.inspect(input, { signal }), enabled });
}

export function useAppInfo() {
  const { client } = useRpc();
  return useQuery({
    queryKey: ['app'],
    queryFn: ({ signal }) => client.app.info(undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
