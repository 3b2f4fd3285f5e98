/** From a ready app to a window, and from "quit" to an end that leaves nothing half-done. */
import { join } from 'node:path';
import { app, type BrowserWindow, nativeTheme, session } from 'electron';
import type { Settings } from '../../preload/contract';
import type { Console } from '../console';
import { APP_ORIGIN, serveAppScheme } from '../security/app-scheme';
import { allowedExternalUrl } from '../security/external-url';
import { lockNavigation } from '../security/navigation';
import { isOwnPage } from '../security/navigation-rules';
import { installPermissions } from '../security/permissions';
import { installMenu } from './menu';
import { endWell } from './quit';
import { announceTasks } from './task-notices';
import { createTray } from './tray';
import { followStack } from './tray-state';
import { builtFiles, createWindow, showWindow } from './window';

export interface LifecycleOptions {
  console: Console;
  mainDirectory: string;
  assetsDirectory: string;
  dataDirectory: string;
  openExternal: (url: string) => void;
}

/** Builds the window with every protection in place before its first byte is loaded. */
export function openConsoleWindow(options: LifecycleOptions): BrowserWindow {
  const { settings, tasks } = options.console.services;
  const files = builtFiles(options.mainDirectory);
  serveAppScheme(session.defaultSession, files.renderer);
  installPermissions(session.defaultSession);
  const window = createWindow({
    preload: files.preload,
    icon: join(options.assetsDirectory, 'icon-256.png'),
    stateFile: join(options.dataDirectory, 'window.json'),
    zoom: settings.get().zoom,
    developmentUrl: developmentUrl(),
  });
  lockNavigation(window.webContents, developmentUrl() ?? APP_ORIGIN, options.openExternal);
  followSettings(window, options.console);
  installMenu({
    go: (route) => showWindow(window, route),
    zoom: (step) => settings.change({ zoom: step === null ? 1 : zoomBy(settings.get().zoom, step) }),
    openLogFolder: () => options.console.desktop.showInFolder(options.console.logFile),
  });
  const ended = new AbortController();
  const notices = {
    window,
    enabled: () => settings.get().notifications,
    onClick: () => showWindow(window, '/deploy'),
  };
  void announceTasks(tasks.watch(ended.signal), notices);
  const setTray = createTray(options.assetsDirectory, {
    open: () => showWindow(window),
    quit: () => app.quit(),
  });
  void followStack(options.console, setTray, ended.signal);
  endWell({
    console: options.console,
    window,
    hideOnClose: () => settings.get().closeToTray,
    onEnding: () => ended.abort(),
  });
  return window;
}

/** True for the top frame of `window` while it shows our page. */
export function isTrustedFrame(window: BrowserWindow, frame: Electron.WebFrameMain | null): boolean {
  return (
    frame !== null &&
    frame === window.webContents.mainFrame &&
    isOwnPage(frame.url, developmentUrl() ?? APP_ORIGIN)
  );
}

/** The development server's origin; a packaged app has none, whatever its environment says. */
function developmentUrl(): string | undefined {
  const url = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
  return url && allowedExternalUrl(url) ? new URL(url).origin : undefined;
}

/** Within what Settings offers, on its grid of 10 %. */
function zoomBy(zoom: number, step: number): number {
  return Math.min(2, Math.max(0.5, Math.round((zoom + step) * 10) / 10));
}

function followSettings(window: BrowserWindow, console: Console): void {
  const follow = (settings: Settings) => {
    nativeTheme.themeSource = settings.theme;
    window.webContents.setZoomFactor(settings.zoom);
  };
  follow(console.services.settings.get());
  console.services.settings.onChange(follow);
}
