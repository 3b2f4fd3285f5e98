/** How the images of the stack on show get onto its host, and delivering those it cannot get by itself. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRpc } from './context';
import { useWorkspace } from './workspace';

/** Asked anew with the pre-flight: the key has the same beginning. */
export function useDeliveryPlan() {
  const { client } = useRpc();
  const { target, connected, host } = useWorkspace();
  const on = target ?? { hostId: '', stackId: '' };
  return useQuery({
    queryKey: ['stack', on.hostId, on.stackId, 'delivery'],
    queryFn: ({ signal }) => client.delivery.plan(on, { signal }),
    enabled: target !== null && connected && host?.link != null,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
    retry: false,
  });
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
