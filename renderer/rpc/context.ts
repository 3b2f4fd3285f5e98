import { createContext, useContext } from 'react';
import type { Client } from './client';
import type { LiveSources } from './live-sources';

export interface Rpc {
  client: Client;
  sources: LiveSources;
}

export const RpcContext = createContext<Rpc | null>(null);

export function useRpc(): Rpc {
  const rpc = useContext(RpcContext);
  if (rpc === null) throw new Error('useRpc needs an RpcContext above it');
  return rpc;
}
