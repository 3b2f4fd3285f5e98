/** The application menu: the screens, the editing roles, zoom and help. No accelerator shadows a key of the page. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  go: (route: string) => void;
  openLogFolder: () => void;
}

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
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    { role: 'toggleDevTools' },
  ];
}
