/** The Desktop port over Electron's shell and dialogs. */
import { existsSync } from 'node:fs';
import { dialog, shell } from 'electron';
import type { Desktop } from '../../desktop';

export interface DesktopOptions {
  /** Turns an address into the one that may be opened; null refuses it. */
  allowUrl: (url: string) => string | null;
  /** The Electron version this console is built for; another one at run time is a stand-in. */
  pinnedElectron: string;
}

export function createDesktop({ allowUrl, pinnedElectron }: DesktopOptions): Desktop {
  const { electron, chrome, node } = process.versions;
  return {
    versions: { electron: electron ?? 'unknown', chrome: chrome ?? 'unknown', node },
    runtimeNotice: runtimeNotice(electron ?? 'unknown', pinnedElectron),
    async openExternal(raw) {
      const url = allowUrl(raw);
      if (url) await shell.openExternal(url);
      return url !== null;
    },
    async chooseComposeFiles() {
      const { filePaths } = await dialog.showOpenDialog({
        title: 'Choose Compose files, merged in the order of the list',
        properties: ['openFile', 'multiSelections'],
        filters: [{ name: 'Compose files', extensions: ['yaml', 'yml'] }],
      });
      return filePaths;
    },
    showInFolder(path) {
      if (existsSync(path)) shell.showItemInFolder(path);
    },
  };
}

function runtimeNotice(running: string, pinned: string): string | null {
  if (running === pinned) return null;
  return `Electron ${running} runs instead of the pinned ${pinned}. It is a stand-in for tests and offline trials and gets no security updates.`;
}
