/** The window with every protection in place before its first byte is loaded, and nothing that could wait behind its first frame. */
import { app, type BrowserWindow, ipcMain, nativeTheme, session } from 'electron';
import { CONNECT_CHANNEL } from '../../preload/channels';
import { APP_ORIGIN, serveAppScheme } from '../security/app-scheme';
import { allowedExternalUrl } from '../security/external-url';
import { lockNavigation } from '../security/navigation';
import { isOwnPage } from '../security/navigation-rules';
import { installPermissions } from '../security/permissions';
import { readAppearance } from './appearance';
import { builtFiles, createWindow } from './window';

/** Where the console is loaded all the same, should a broken page never paint. */
const FIRST_FRAME_WITHIN_MS = 2_000;

export interface OpenWindowOptions {
  /** `dist/main`. */
  mainDirectory: string;
  icon: string;
  stateFile: string;
  configDirectory: string;
  openExternal: (url: string) => void;
}

export function openWindow(options: OpenWindowOptions): BrowserWindow {
  const files = builtFiles(options.mainDirectory);
  const appearance = readAppearance(options.configDirectory);
  serveAppScheme(session.defaultSession, files.renderer);
  installPermissions(session.defaultSession);
  // The page and the window's own ground both ask the system for light or dark.
  nativeTheme.themeSource = appearance.theme;
  const window = createWindow({
    preload: files.preload,
    icon: options.icon,
    stateFile: options.stateFile,
    zoom: appearance.zoom,
    developmentUrl: developmentUrl(),
  });
  lockNavigation(window.webContents, developmentUrl() ?? APP_ORIGIN, options.openExternal);
  return window;
}

/** Resolves once the page asks for its connection, which it does as soon as its first frame is to be seen. */
export function firstFrame(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, FIRST_FRAME_WITHIN_MS);
    ipcMain.once(CONNECT_CHANNEL, () => {
      clearTimeout(late);
      resolve();
    });
  });
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
