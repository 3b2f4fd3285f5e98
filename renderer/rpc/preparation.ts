/** Preparing a bare machine: what it measures, what would run, running it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PrepareStep } from '../../preload/contract';
import { useRpc } from './context';

function planKey(hostId: string): string[] {
  return ['prepare', hostId];
}

/** Signs in to the machine and measures it; each visit looks anew, the last look staying on show. */
export function usePreparePlan(hostId: string, enabled: boolean) {
  const { client } = useRpc();
  return useQuery({
    queryKey: planKey(hostId),
    queryFn: ({ signal }) => client.prepare.plan({ hostId }, { signal }),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
    retry: false,
  });
}

export function usePrepareCalls(hostId: string) {
  const { client } = useRpc();
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: (steps: PrepareStep['id'][]) => client.prepare.run({ hostId, steps }),
  });
  const undo = useMutation({
    mutationFn: (step: PrepareStep['id']) => client.prepare.undo({ hostId, step }),
  });
  const lookAgain = () => queries.invalidateQueries({ queryKey: planKey(hostId) });
  return { run, undo, lookAgain };
}
