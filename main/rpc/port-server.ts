/** Serves the router on the ports that the hand-off let through. */
import { RPCHandler } from '@orpc/server/message-port';
import type { Log } from '../services/log';
import type { ConsoleContext } from './context';
import type { PortServer } from './port-handoff';
import { router } from './router';

export function createPortServer(context: ConsoleContext, log: Log): PortServer {
  const handler = new RPCHandler(router);
  return {
    serve(port) {
      handler.upgrade(port, { context });
      port.start();
    },
    refused: (sender) => log.warn('A port from an untrusted sender was refused', { sender }),
  };
}
