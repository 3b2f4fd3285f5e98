/** From a window and a console to an application, and from "quit" to an end that leaves nothing half-done. */
import { app, type BrowserWindow, nativeTheme } from 'electron';
import type { Settings } from '../../preload/contract';
import type { Console } from '../console';
import { followAttendance } from './attendance';
import { installMenu } from './menu';
import { endWell } from './quit';
import { announceTasks } from './task-notices';
import { createTray } from './tray';
import { followStack } from './tray-state';
import { showWindow } from './window';

export interface LifecycleOptions {
  window: BrowserWindow;
  console: Console;
  assetsDirectory: string;
}

/** Everything of the system that follows the console: theme and zoom, menu, attendance, notifications, tray, the end. */
export function attachConsole({ window, console, assetsDirectory }: LifecycleOptions): void {
  const { settings, tasks, health } = console.services;
  followSettings(window, console);
  installMenu({
    go: (route) => showWindow(window, route),
    zoom: (step) => settings.change({ zoom: step === null ? 1 : zoomBy(settings.get().zoom, step) }),
    openLogFolder: () => console.desktop.showInFolder(console.logFile),
  });
  followAttendance(window, health.setAttended);
  const ended = new AbortController();
  const notices = {
    window,
    enabled: () => settings.get().notifications,
    onClick: () => showWindow(window, '/deploy'),
  };
  void announceTasks(tasks.watch(ended.signal), notices);
  const setTray = createTray(assetsDirectory, {
    open: () => showWindow(window),
    quit: () => app.quit(),
  });
  void followStack(console, setTray, ended.signal);
  endWell({
    console,
    window,
    hideOnClose: () => settings.get().closeToTray,
    onEnding: () => ended.abort(),
  });
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
