/** The calls of the window that change something, bound to the host and stack on show. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ServiceRow, Stack } from '../../preload/contract';
import { useRpc } from './context';
import type { Target } from './live';
import { useWorkspace } from './workspace';

export type ServiceAction = 'start' | 'stop' | 'restart';

function useTarget(): Target {
  const { target } = useWorkspace();
  return target ?? { hostId: '', stackId: '' };
}

export function useAct() {
  const { client } = useRpc();
  const target = useTarget();
  return useMutation({
    mutationFn: (input: { services: string[]; action: ServiceAction }) =>
      client.services.act({ ...target, ...input }),
  });
}

/** Opens a service in the browser; of a host over SSH through a port of this machine that leads there. */
export function useOpenService() {
  const { client } = useRpc();
  const { host } = useWorkspace();
  const target = useTarget();
  return useMutation({
    mutationFn: async ({ id, webUrl }: Pick<ServiceRow, 'id' | 'webUrl'>) => {
      if (webUrl === null) return;
      const remote = host?.link != null;
      const { url } = remote ? await client.forwards.open({ ...target, service: id }) : { url: webUrl };
      await client.app.openExternal({ url });
    },
  });
}

export function useForwardCalls() {
  const { client } = useRpc();
  const open = useMutation({ mutationFn: (url: string) => client.app.openExternal({ url }) });
  const close = useMutation({ mutationFn: (id: string) => client.forwards.close({ id }) });
  return { open, close };
}

/** Starts an apply of a named target: right after another stack was chosen the workspace still has the old one. */
export function useApply() {
  const { client } = useRpc();
  return useMutation({ mutationFn: (on: Target) => client.stacks.apply({ ...on, services: [] }) });
}

export type UnfinishedChoice = 'continue' | 'undo' | 'dismiss';

type Unfinished = NonNullable<Stack['unfinished']>;

/** A removal is continued by `useContinueRemoval`, which wants a confirmation. */
export function useSettleUnfinished() {
  const { client } = useRpc();
  const target = useTarget();
  return useMutation({
    mutationFn: async ({ unfinished, choice }: { unfinished: Unfinished; choice: UnfinishedChoice }) => {
      const { journalId, change = 'apply' } = unfinished;
      const input = { ...target, journalId };
      if (choice === 'continue' && change === 'apply') await client.stacks.continueApply(input);
      else if (choice === 'continue') await client.stacks.continueAct(input);
      else if (choice === 'undo') await client.stacks.undoApply(input);
      else await client.stacks.dismissApply(input);
    },
  });
}

export function useTaskCalls() {
  const { client } = useRpc();
  const cancel = useMutation({ mutationFn: (taskId: string) => client.tasks.cancel({ taskId }) });
  const dismiss = useMutation({ mutationFn: (taskId: string) => client.tasks.dismiss({ taskId }) });
  return { cancel, dismiss };
}

export function useHostCalls() {
  const { client } = useRpc();
  const select = useMutation({ mutationFn: (hostId: string) => client.hosts.select({ hostId }) });
  const retry = useMutation({ mutationFn: (hostId: string) => client.hosts.retry({ hostId }) });
  const forget = useMutation({ mutationFn: (hostId: string) => client.hosts.forget({ hostId }) });
  return { select, retry, forget };
}

/** Asks for files in the system's dialog and adds them; answers null when the dialog was cancelled. */
export function useAddStack() {
  const { client } = useRpc();
  return useMutation({
    mutationFn: async () => {
      const { files } = await client.app.chooseComposeFiles();
      return files.length === 0 ? null : client.stacks.add({ files, project: null });
    },
  });
}

export function useForgetStack() {
  const { client } = useRpc();
  return useMutation({ mutationFn: (stackId: string) => client.stacks.forget({ stackId }) });
}

/** Pre-flight, plan, history and lock are asked anew once something has changed the stack. */
export function useRefreshStack() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['stack'] });
}

export function useBreakLock() {
  const { client } = useRpc();
  const target = useTarget();
  const refresh = useRefreshStack();
  return useMutation({
    mutationFn: (confirm: string) => client.stacks.breakLock({ ...target, confirm }),
    onSuccess: refresh,
  });
}

export function useRemoveStack() {
  const { client } = useRpc();
  const target = useTarget();
  return useMutation({
    mutationFn: (input: { volumes: boolean; confirm: string }) =>
      client.stacks.remove({ ...target, ...input }),
  });
}

export function useContinueRemoval() {
  const { client } = useRpc();
  const target = useTarget();
  return useMutation({
    mutationFn: (input: { journalId: string; confirm: string }) =>
      client.stacks.continueRemoval({ ...target, ...input }),
  });
}

export function useShowInFolder() {
  const { client } = useRpc();
  return useMutation({
    mutationFn: (what: 'log' | 'data' | 'settings') => client.app.showInFolder({ what }),
  });
}
