/** The calling end of the contract. The only folder of the window that knows the RPC package. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { CONNECT_MESSAGE } from '../../preload/channels';
import type { Contract } from '../../preload/contract';

export type Client = ContractRouterClient<Contract>;

export function clientOver(port: MessagePort): Client {
  const client: Client = createORPCClient(new RPCLink({ port }));
  port.start();
  return client;
}

/** Hands one end of a new channel to the preload, which passes it on to main, and calls over the other. */
export function connect(): Client {
  const channel = new MessageChannel();
  window.postMessage(CONNECT_MESSAGE, window.location.origin, [channel.port1]);
  return clientOver(channel.port2);
}
