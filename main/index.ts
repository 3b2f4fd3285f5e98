/** The desktop app: sandbox on, own scheme, one instance, then the window, and the console behind it. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, ipcMain, shell } from 'electron';
import { version } from '../package.json';
import { firstFrame, isTrustedFrame, openWindow } from './app/open-window';
import { showWindow } from './app/window';
import { createPlatform } from './platform';
import { installPortHandoff } from './rpc/port-handoff';
import { declareAppScheme } from './security/app-scheme';

const mainDirectory = dirname(fileURLToPath(import.meta.url));
const resources = app.isPackaged ? process.resourcesPath : join(mainDirectory, '../..');
const assetsDirectory = join(resources, 'assets');
const platform = createPlatform({
  stacksDirectory: join(resources, 'stacks'),
  version,
  environment: process.env,
});

app.enableSandbox();
app.setPath('userData', join(platform.configDirectory, 'browser'));
declareAppScheme();

async function start(): Promise<void> {
  const window = openWindow({
    mainDirectory,
    icon: join(assetsDirectory, 'icon-256.png'),
    stateFile: join(platform.dataDirectory, 'window.json'),
    configDirectory: platform.configDirectory,
    openExternal: (url) => void shell.openExternal(url),
  });
  app.on('second-instance', () => showWindow(window));
  app.on('activate', () => showWindow(window));
  // Loading the console keeps this process from showing the window, so its first frame goes first.
  const server = firstFrame()
    .then(() => import('./behind-window'))
    .then(({ startConsole }) => startConsole({ window, platform, assetsDirectory }));
  const isTrusted = (event: Electron.IpcMainEvent) => isTrustedFrame(window, event.senderFrame);
  installPortHandoff({ ipcMain, isTrusted, server });
  await server;
}

function fail(error: unknown): void {
  dialog.showErrorBox('The console cannot start', error instanceof Error ? error.message : String(error));
  app.exit(1);
}

if (app.requestSingleInstanceLock()) app.whenReady().then(start).catch(fail);
else app.quit();
