/** What the window only needs behind its first frame: the console with its services and schemas, the larger part of the code. */
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import manifest from '../package.json';
import { createDesktop } from './adapters/electron';
import { createKeychain } from './adapters/electron/keychain';
import { attachConsole } from './app/lifecycle';
import { onResume } from './app/resume';
import { createConsole } from './console';
import type { Platform } from './platform';
import type { PortServer } from './rpc/port-handoff';
import { createPortServer } from './rpc/port-server';
import { allowedExternalUrl } from './security/external-url';

export interface BehindWindow {
  window: BrowserWindow;
  platform: Platform;
  assetsDirectory: string;
}

/** Answers what serves the ports of the page. */
export function startConsole({ window, platform, assetsDirectory }: BehindWindow): PortServer {
  const desktop = createDesktop({
    allowUrl: allowedExternalUrl,
    pinnedElectron: manifest.devDependencies.electron,
  });
  const keychain = createKeychain(join(platform.dataDirectory, 'keychain.json'));
  const console = createConsole({ ...platform, keychain }, desktop);
  onResume(() => console.services.hosts.renew('The machine woke up.'));
  attachConsole({ window, console, assetsDirectory });
  return createPortServer(console.context, console.log);
}
