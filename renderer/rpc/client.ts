/** The calling end of the contract. The only folder of the window that knows the RPC package. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../preload/contract/procedures';

export type Client = ContractRouterClient<Contract>;

/** What is called before main serves the other end waits in the port. */
export function clientOver(port: MessagePort): Client {
  const client: Client = createORPCClient(new RPCLink({ port }));
  port.start();
  return client;
}
