/** Hosts over SSH: adding them, probing the way to them, answering what signing in needs. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HopReport, SignInAnswer } from '../../preload/contract';
import { useRpc } from './context';
import { type Explained, explainError } from './errors';

/** Read anew at every opening: the file is edited outside. */
export function useAliases(enabled: boolean) {
  const { client } = useRpc();
  return useQuery({
    queryKey: ['ssh aliases'],
    queryFn: ({ signal }) => client.hosts.aliases(undefined, { signal }),
    enabled,
    staleTime: 0,
    retry: false,
  });
}

export function useAddHost() {
  const { client } = useRpc();
  return useMutation({
    mutationFn: (destination: string) => client.hosts.add({ destination }),
    // The dialog shows why, beside the field.
    meta: { reportedInPlace: true },
  });
}

export interface ProbeView {
  /** Null before the first probe of this screen. */
  hops: readonly HopReport[] | null;
  running: boolean;
  endedAt: number | null;
  failure: Explained | null;
}

const notProbed: ProbeView = { hops: null, running: false, endedAt: null, failure: null };

/** Probes one host hop by hop; leaving the screen cancels it. */
export function useProbe(hostId: string) {
  const { client } = useRpc();
  const [view, setView] = useState(notProbed);
  const probing = useRef<AbortController | null>(null);
  const cancel = useCallback(() => probing.current?.abort(), []);
  const start = useCallback(async () => {
    probing.current?.abort();
    const controller = new AbortController();
    probing.current = controller;
    const { signal } = controller;
    const show = (change: Partial<ProbeView>) => setView((before) => ({ ...before, ...change }));
    setView({ ...notProbed, hops: [], running: true });
    try {
      for await (const { hops } of await client.hosts.probe({ hostId }, { signal })) {
        if (signal.aborted) break;
        show({ hops });
      }
    } catch (error) {
      if (!signal.aborted) show({ failure: explainError(error) });
    } finally {
      // Another probe may have taken its place.
      if (probing.current === controller) show({ running: false, endedAt: Date.now() });
    }
  }, [client, hostId]);
  useEffect(() => cancel, [cancel]);
  return { ...view, start, cancel };
}

/** Not a mutation: the package would keep the answer, and with it a secret, in its cache. */
export function useAnswer() {
  const { client } = useRpc();
  return useCallback(
    (questionId: string, answer: SignInAnswer) => client.hosts.answer({ questionId, answer }),
    [client],
  );
}
