/** The desktop app: sandbox on, own scheme, one instance, then console and window. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, ipcMain } from 'electron';
import manifest from '../package.json';
import { createDesktop } from './adapters/electron';
import { isTrustedFrame, openConsoleWindow } from './app/lifecycle';
import { showWindow } from './app/window';
import { createConsole } from './console';
import { createPlatform } from './platform';
import { installPortHandoff } from './rpc/port-handoff';
import { declareAppScheme } from './security/app-scheme';
import { allowedExternalUrl } from './security/external-url';

const mainDirectory = dirname(fileURLToPath(import.meta.url));
const resources = app.isPackaged ? process.resourcesPath : join(mainDirectory, '../..');
const platform = createPlatform({
  stacksDirectory: join(resources, 'stacks'),
  version: manifest.version,
  environment: process.env,
});

app.enableSandbox();
app.setPath('userData', join(platform.configDirectory, 'browser'));
declareAppScheme();

function start(): BrowserWindow {
  const desktop = createDesktop({
    allowUrl: allowedExternalUrl,
    pinnedElectron: manifest.devDependencies.electron,
  });
  const console = createConsole(platform, desktop);
  const openExternal = (url: string) => void desktop.openExternal(url);
  const assetsDirectory = join(resources, 'assets');
  const window = openConsoleWindow({
    console,
    mainDirectory,
    assetsDirectory,
    dataDirectory: platform.dataDirectory,
    openExternal,
  });
  const isTrusted = (event: Electron.IpcMainEvent) => isTrustedFrame(window, event.senderFrame);
  installPortHandoff({ ipcMain, context: console.context, isTrusted, log: console.log });
  return window;
}

if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(() => {
    const window = start();
    app.on('second-instance', () => showWindow(window));
    app.on('activate', () => showWindow(window));
  });
} else {
  app.quit();
}
