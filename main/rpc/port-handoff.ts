/**
 * The one IPC listener of the app: takes the port a page sends and has it served, but only for the
 * top frame of a window of ours that shows our own page. It stands before the page is loaded; what
 * serves the port may come later, and what the page says meanwhile waits in the port.
 */
import type { IpcMain, IpcMainEvent, MessagePortMain } from 'electron';
import { CONNECT_CHANNEL } from '../../preload/channels';

export interface PortServer {
  serve: (port: MessagePortMain) => void;
  /** Told the address of a page whose port was not taken. */
  refused: (sender: string) => void;
}

export interface PortHandoff {
  ipcMain: Pick<IpcMain, 'on'>;
  /** True for the frame whose page is ours. */
  isTrusted: (event: IpcMainEvent) => boolean;
  server: Promise<PortServer>;
}

export function installPortHandoff({ ipcMain, isTrusted, server }: PortHandoff): void {
  let current: MessagePortMain | null = null;
  /** A console that could not be made is told of, and ended, by whoever makes it. */
  const served = (use: (ready: PortServer) => void) => void server.then(use, () => undefined);
  ipcMain.on(CONNECT_CHANNEL, (event) => {
    const [port] = event.ports;
    if (!port || !isTrusted(event)) {
      const sender = event.senderFrame?.url ?? 'unknown';
      for (const refused of event.ports) refused.close();
      served(({ refused }) => refused(sender));
      return;
    }
    // A reloaded page sends a new port; the old one's streams must end with it.
    current?.close();
    current = port;
    served(({ serve }) => {
      if (port === current) serve(port);
    });
  });
}
