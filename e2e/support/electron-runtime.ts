/** The console in a real Electron, for specs: an unprivileged process with Chrome's sandbox on. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

const ROOT = join(import.meta.dirname, '../..');
const OBTAINED = join(ROOT, '.cache/electron/electron');
const LAUNCHER = join(import.meta.dirname, 'electron-runtime.sh');
const APP_ORIGIN = 'app://';

export interface LaunchOptions {
  /** An empty folder for data, settings and logs (BIZOSAAS_HOME). */
  home: string;
  environment?: Record<string, string>;
  /** After the path of the application. */
  parameters?: string[];
}

/** Starts the built console of this checkout. The process it answers is Electron itself, so that it can be killed. */
export async function launchConsole(options: LaunchOptions): Promise<ElectronApplication> {
  const executable = process.env.CONSOLE_ELECTRON ?? OBTAINED;
  if (!existsSync(executable))
    throw new Error(`No Electron at ${executable}: npm start or npm test obtains it.`);
  return _electron.launch({
    executablePath: LAUNCHER,
    args: [ROOT, ...(options.parameters ?? [])],
    chromiumSandbox: true,
    cwd: ROOT,
    env: {
      ...definedOnly(process.env),
      CONSOLE_ELECTRON: executable,
      BIZOSAAS_HOME: options.home,
      ...options.environment,
    },
  });
}

/** The console's own page: with embedded views, the first window is whichever came first. */
export async function consolePage(application: ElectronApplication): Promise<Page> {
  const isOurs = (page: Page) => page.url().startsWith(APP_ORIGIN);
  const open = application.windows().find(isOurs);
  return open ?? application.waitForEvent('window', { predicate: isOurs });
}

/** Kernel facts of every process below `pid`: its Chrome type (empty for the main process) and its seccomp mode. */
export async function processFacts(pid: number): Promise<{ pid: number; type: string; seccomp: number }[]> {
  const parents = new Map<number, number>();
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const family = [...parents.keys()].filter((each) => isBelow(each, pid, parents));
  return Promise.all(family.map(factsOf));
}

function isBelow(pid: number, ancestor: number, parents: Map<number, number>): boolean {
  for (let at: number | undefined = pid; at; at = parents.get(at)) if (at === ancestor) return true;
  return false;
}

async function factsOf(pid: number) {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return {
    pid,
    type: /--type=([\w-]+)/.exec(words)?.[1] ?? '',
    seccomp: Number(/^Seccomp:\s+(\d)/m.exec(status)?.[1] ?? -1),
  };
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
