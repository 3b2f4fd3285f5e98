import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import type { Host } from '../../../preload/contract';

/** The palette leads here with the wish to check; the wish is spent at once, a reload checks nothing. */
export function useCheckOnArrival(host: Host, check: () => Promise<void>) {
  const [search, setSearch] = useSearchParams();
  const wanted = search.has('check') && host.link !== null;
  useEffect(() => {
    if (!wanted) return;
    setSearch('', { replace: true });
    void check();
  }, [wanted, setSearch, check]);
}
