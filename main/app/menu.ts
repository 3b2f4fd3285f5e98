/** The application menu: the screens, the editing roles, zoom and help. No accelerator shadows a key of the page. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  go: (route: string) => void;
  /** Adds `step` to the zoom of the settings, where 0.1 is 10 %; null goes back to 100 %. */
  zoom: (step: number | null) => void;
  openLogFolder: () => void;
}

/** The roles of the system would change the zoom behind the settings' back. */
const ZOOM_STEP = 0.1;

const SCREENS: [string, string][] = [
  ['Overview', '/'],
  ['Services', '/services'],
  ['Deploy', '/deploy'],
  ['Hosts', '/hosts'],
  ['Settings', '/settings'],
];

export function installMenu(actions: MenuActions): void {
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { label: 'File', submenu: [{ role: process.platform === 'darwin' ? 'close' : 'quit' }] },
    { role: 'editMenu' },
    { label: 'View', submenu: viewItems(actions) },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: 'Show the log file', click: actions.openLogFolder }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function viewItems(actions: MenuActions): MenuItemConstructorOptions[] {
  const screens = SCREENS.map(([label, route]) => ({ label, click: () => actions.go(route) }));
  return [
    ...screens,
    { type: 'separator' },
    { role: 'reload' },
    { label: 'Actual size', accelerator: 'CommandOrControl+0', click: () => actions.zoom(null) },
    { label: 'Zoom in', accelerator: 'CommandOrControl+=', click: () => actions.zoom(ZOOM_STEP) },
    { label: 'Zoom out', accelerator: 'CommandOrControl+-', click: () => actions.zoom(-ZOOM_STEP) },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    { role: 'toggleDevTools' },
  ];
}
