import { notifications } from '@mantine/notifications';
import { MutationCache, QueryClient } from '@tanstack/react-query';
import { explainError, isAbort } from '../rpc/errors';

/** Every call that changes something reports its failure the same way, whichever screen made it. */
function report(error: unknown) {
  if (isAbort(error)) return;
  const { title, detail, advice } = explainError(error);
  notifications.show({
    color: 'red',
    title,
    message: [detail, advice].filter(Boolean).join(/[.?]$/.test(detail) ? ' ' : '. '),
    autoClose: 12_000,
  });
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, { meta }) => {
        if (meta?.reportedInPlace !== true) report(error);
      },
    }),
    defaultOptions: {
      // Main sits on the same machine: there is no network state to watch, and focus changes nothing.
      queries: { networkMode: 'always', refetchOnWindowFocus: false, retry: 1 },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
