/**
 * The one IPC listener of the app: takes the port a page sends and serves the router on it, but
 * only for the top frame of a window of ours that shows our own page.
 */
import { RPCHandler } from '@orpc/server/message-port';
import type { IpcMain, IpcMainEvent, MessagePortMain } from 'electron';
import { CONNECT_CHANNEL } from '../../preload/channels';
import type { Log } from '../services/log';
import type { ConsoleContext } from './context';
import { router } from './router';

export interface PortHandoff {
  ipcMain: Pick<IpcMain, 'on'>;
  context: ConsoleContext;
  /** True for the frame whose page is ours. */
  isTrusted: (event: IpcMainEvent) => boolean;
  log: Log;
}

export function installPortHandoff({ ipcMain, context, isTrusted, log }: PortHandoff): void {
  const handler = new RPCHandler(router);
  let current: MessagePortMain | null = null;
  ipcMain.on(CONNECT_CHANNEL, (event) => {
    const [port] = event.ports;
    if (!port || !isTrusted(event)) {
      log.warn('A port from an untrusted sender was refused', {
        sender: event.senderFrame?.url ?? 'unknown',
      });
      for (const refused of event.ports) refused.close();
      return;
    }
    // A reloaded page sends a new port; the old one's streams must end with it.
    current?.close();
    current = port;
    handler.upgrade(port, { context });
    port.start();
  });
}
