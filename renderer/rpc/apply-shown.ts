/** Applying what the reader has seen, and nothing else. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Plan } from '../../preload/contract';
import { useRpc } from './context';
import { planKey } from './queries';
import { samePlan } from './same-plan';
import { useWorkspace } from './workspace';

/**
 * Plans anew at the click. The same plan is applied and the answer is null; another one is put in
 * the place of the one shown and is the answer: the reader looks again and decides.
 */
export function useApplyShown(removeOrphans: boolean) {
  const { client } = useRpc();
  const { target } = useWorkspace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (shown: Plan): Promise<Plan | null> => {
      if (target === null) return null;
      const fresh = await client.stacks.plan({ ...target, removeOrphans });
      if (samePlan(fresh, shown)) {
        await client.stacks.apply({ ...target, services: [], removeOrphans });
        return null;
      }
      return queries.setQueryData<Plan>(planKey(target, removeOrphans), fresh) ?? fresh;
    },
  });
}

/** A window is clicked into existence with several focus events at once. */
const SETTLE_MS = 400;

/** While the window was away files and containers may have changed: coming back asks again. */
export function useFreshOnReturn(enabled: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onFocus = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: ['stack'] }), SETTLE_MS);
    };
    window.addEventListener('focus', onFocus);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('focus', onFocus);
    };
  }, [enabled, queries]);
}
