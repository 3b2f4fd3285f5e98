/** The packaged console, which cannot be inspected: driven over Chrome's DevTools protocol instead. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from '@playwright/test';

const ROOT = join(import.meta.dirname, '../..');
export const PACKAGED_FOLDER = join(ROOT, 'out/package/linux-unpacked');
export const PACKAGED_EXECUTABLE = join(PACKAGED_FOLDER, 'bizosaas-console');
const LAUNCHER = join(import.meta.dirname, 'electron-runtime.sh');
const STARTED_WITHIN_MS = 30_000;

export interface PackagedConsole {
  /** Of Electron itself. */
  pid: number;
  page: Page;
  stop(): Promise<void>;
}

/** `home` becomes BIZOSAAS_HOME. Rejects when no window came within 30 s. */
export async function launchPackaged(home: string): Promise<PackagedConsole> {
  const child = spawn(LAUNCHER, ['--remote-debugging-port=0'], {
    env: { ...process.env, CONSOLE_ELECTRON: PACKAGED_EXECUTABLE, BIZOSAAS_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const browser = await chromium.connectOverCDP(await debuggerAddress(child));
    const page = await firstPage(browser);
    return { pid: child.pid ?? 0, page, stop: () => stop(child, browser) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function debuggerAddress(child: ChildProcess): Promise<string> {
  if (!child.stderr) throw new Error('The packaged console has no standard error to read.');
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const timer = setTimeout(() => lines.close(), STARTED_WITHIN_MS);
  for await (const line of lines) {
    const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    said.push(line);
    if (!address) continue;
    clearTimeout(timer);
    // Read on, so that a full pipe never stops the application.
    child.stderr.resume();
    return address;
  }
  throw new Error(`The packaged console did not start:\n${said.join('\n')}`);
}

async function firstPage(browser: Browser): Promise<Page> {
  const context = browser.contexts()[0];
  if (!context) throw new Error('The packaged console has no browser context.');
  return context.pages()[0] ?? context.waitForEvent('page', { timeout: STARTED_WITHIN_MS });
}

async function stop(child: ChildProcess, browser: Browser): Promise<void> {
  await browser.close();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
