/** How the images of the stack on show get onto its host, and delivering those it cannot get by itself. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ImageWay } from '../../preload/contract';
import { useRpc } from './context';
import { useWorkspace } from './workspace';

/** The key begins like that of the pre-flight, and is asked anew with it. */
function usePlanOptions() {
  const { client } = useRpc();
  const { target, connected, host } = useWorkspace();
  const on = target ?? { hostId: '', stackId: '' };
  return {
    queryKey: ['stack', on.hostId, on.stackId, 'delivery'],
    queryFn: ({ signal }: { signal: AbortSignal }) => client.delivery.plan(on, { signal }),
    enabled: target !== null && connected && host?.link != null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  };
}

export function useDeliveryPlan() {
  return useQuery({ ...usePlanOptions(), refetchOnMount: 'always' });
}

const none: readonly ImageWay[] = [];

/** The images as they were looked at last; asks no engine. */
export function useKnownImages(): readonly ImageWay[] {
  return useQuery({ ...usePlanOptions(), enabled: false }).data?.images ?? none;
}

/** Every image of the stack that has to be delivered; done as a task. */
export function useDeliver() {
  const { client } = useRpc();
  const { target } = useWorkspace();
  return useMutation({
    mutationFn: async () => {
      if (target !== null) await client.delivery.run({ ...target, services: [], images: [] });
    },
  });
}
