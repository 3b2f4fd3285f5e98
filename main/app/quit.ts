/** Ending well: whoever asks to quit or closes the window, running work is asked about first and then stopped properly. */
import { app, type BrowserWindow, dialog } from 'electron';
import type { Task } from '../../preload/contract';
import type { Console } from '../console';
import { showWindow } from './window';

const STOP_DEADLINE_MS = 10_000;

export interface QuitOptions {
  console: Console;
  window: BrowserWindow;
  /** True while closing the window only hides it. */
  hideOnClose: () => boolean;
  /** The last moment at which everything still works. */
  onEnding: () => void;
}

/**
 * The question is asked while the window still exists, and without blocking: a blocking dialog
 * would stop the very work it asks about, and its lock would go stale.
 */
export function endWell({ console, window, hideOnClose, onEnding }: QuitOptions): void {
  let state: 'running' | 'asking' | 'ending' | 'ended' = 'running';

  async function quit(): Promise<void> {
    if (state !== 'running') return;
    state = 'asking';
    if (!(await mayQuit(console, window))) {
      state = 'running';
      return;
    }
    state = 'ending';
    onEnding();
    window.hide();
    await console.dispose(STOP_DEADLINE_MS).catch((error: unknown) => {
      console.log.error('The console did not end cleanly', { error: String(error) });
    });
    state = 'ended';
    app.quit();
  }

  window.on('close', (event) => {
    if (state === 'ended') return;
    event.preventDefault();
    if (state === 'running' && hideOnClose()) window.hide();
    else void quit();
  });
  app.on('before-quit', (event) => {
    if (state === 'ended') return;
    event.preventDefault();
    void quit();
  });
  app.on('window-all-closed', () => app.quit());
}

async function mayQuit(console: Console, window: BrowserWindow): Promise<boolean> {
  const running = console.services.tasks.list().filter((task) => task.endedAt === null);
  if (running.length === 0) return true;
  showWindow(window);
  const { response } = await dialog.showMessageBox(window, questionAbout(running));
  return response === 1;
}

function questionAbout(running: Task[]) {
  return {
    type: 'question' as const,
    message: `Still running: ${running.map((task) => task.title).join(', ')}`,
    detail:
      'Quitting cancels it at the next safe point. What is done stays; the next start offers to continue or undo.',
    buttons: ['Keep running', 'Cancel it and quit'],
    defaultId: 0,
    cancelId: 0,
  };
}
