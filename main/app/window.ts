/** The console's one window. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { NAVIGATE_CHANNEL } from '../../preload/channels';
import { APP_ORIGIN } from '../security/app-scheme';
import { reloadAfterNetworkChange } from './reload-after-network-change';
import { MINIMUM_SIZE, readWindowState, writeWindowState } from './window-state';

export interface WindowOptions {
  preload: string;
  icon: string;
  stateFile: string;
  zoom: number;
  /** Set by the development server only. */
  developmentUrl: string | undefined;
}

/** The ground of renderer/app/theme.css. */
const BACKGROUND = { light: '#eef1f5', dark: '#0d1116' };

export function createWindow(options: WindowOptions): BrowserWindow {
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const { maximized, ...bounds } = readWindowState(options.stateFile, screens);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    show: false,
    title: 'BizOSaaS Console',
    icon: options.icon,
    // The screens are on the rail; the menu still opens with Alt.
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      zoomFactor: options.zoom,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  keepState(window, options.stateFile);
  const { developmentUrl } = options;
  if (developmentUrl !== undefined) reloadAfterNetworkChange(window.webContents, developmentUrl);
  void window.loadURL(developmentUrl ?? `${APP_ORIGIN}/`);
  return window;
}

/** Brings the window to the front, and to `route` when one is given. */
export function showWindow(window: BrowserWindow, route?: string): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
  if (route) window.webContents.send(NAVIGATE_CHANNEL, route);
}

function keepState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    writeWindowState(file, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
}

/** Where the built files lie, from the bundle's own folder (`dist/main`). */
export function builtFiles(mainDirectory: string) {
  return {
    preload: join(mainDirectory, '../preload/index.cjs'),
    renderer: join(mainDirectory, '../renderer'),
  };
}
