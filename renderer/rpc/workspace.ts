/** What the whole window is looking at: which host, which stack, which settings. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useMemo } from 'react';
import type { Host, Settings, SettingsPatch, Stack } from '../../preload/contract';
import { useRpc } from './context';
import { awayWords } from './host-failure';
import { type Target, useHosts, useStacks } from './live';
import type { LiveView } from './live-source';

export interface Workspace {
  hosts: LiveView<Host>;
  stacks: LiveView<Stack>;
  host: Host | null;
  stack: Stack | null;
  /** Null until both are known. */
  target: Target | null;
  connected: boolean;
  settings: Settings | null;
}

export const WorkspaceContext = createContext<Workspace | null>(null);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === null) throw new Error('useWorkspace needs a WorkspaceContext above it');
  return workspace;
}

/** Why nothing can be asked of the host on show now; null while its engine answers. */
export function useAway(): string | null {
  return awayWords(useWorkspace().host);
}

export const settingsKey = ['settings'];

export function useSettings() {
  const { client } = useRpc();
  return useQuery({
    queryKey: settingsKey,
    queryFn: ({ signal }) => client.settings.get(undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useChangeSettings() {
  const { client } = useRpc();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (patch: SettingsPatch) => client.settings.change(patch),
    onSuccess: (settings) => queries.setQueryData(settingsKey, settings),
  });
}

/** Builds the workspace; called once, by the app, which provides it to everything below. */
export function useWorkspaceValue(): Workspace {
  const hosts = useHosts();
  const settings = useSettings().data ?? null;
  const host = hosts.items.find((item) => item.selected) ?? null;
  const stacks = useStacks(host?.id ?? null);
  const stackId = settings?.selectedStackId ?? null;
  const stack = stacks.items.find((item) => item.id === stackId) ?? null;
  const hostId = host?.id ?? null;
  const target = useMemo(
    () => (hostId === null || stackId === null ? null : { hostId, stackId }),
    [hostId, stackId],
  );
  const connected = host?.connection.state === 'connected';
  return useMemo(
    () => ({ hosts, stacks, host, stack, target, connected, settings }),
    [hosts, stacks, host, stack, target, connected, settings],
  );
}
