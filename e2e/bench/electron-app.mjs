/** An Electron app as the benches start it: on its own, driven over its debugger, measured with every process below it. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const BARE_MAIN = `
const { app, BrowserWindow } = require('electron');
app.enableSandbox();
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('data:text/html,<h1>bare</h1>'));
`;

/** What stands in the page of the bare app. */
export const BARE_ELEMENT = 'h1';

/** An app that only shows a window. @param {string} folder becomes its own */
export function writeBareApp(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bare', main: 'main.js' }));
  writeFileSync(join(folder, 'main.js'), BARE_MAIN);
}

/**
 * @typedef {object} StartedApp
 * @property {number} pid
 * @property {string} debugger address of Chrome's protocol
 * @property {() => void} end kills it with all its processes and removes its home
 */

/**
 * @param {string[]} command program and parameters
 * @param {{ environment?: Record<string, string | undefined>, furnish?: (home: string) => void }} [options] `furnish`
 * puts files into the home it starts with
 * @returns {Promise<StartedApp>}
 */
export async function startApp(command, { environment = {}, furnish = () => {} } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'bench-home-'));
  furnish(home);
  const [program = '', ...parameters] = [
    ...command,
    '--remote-debugging-port=0',
    `--user-data-dir=${home}/browser`,
  ];
  const child = spawn(program, parameters, {
    env: { ...process.env, ...environment, BIZOSAAS_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const end = () => {
    if (child.pid) killGroup(child.pid);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return { pid: child.pid ?? 0, debugger: await debuggerAddress(child.stderr), end };
  } catch (error) {
    end();
    throw error;
  }
}

/** @param {number} leader */
function killGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // It ended by itself; why is said by whoever waited for it.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * Lets go of the debugger before it returns, so that nothing watches what is measured afterwards.
 * @template T
 * @param {StartedApp} app
 * @param {(page: import('@playwright/test').Page) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withPage(app, use) {
  const browser = await chromium.connectOverCDP(app.debugger);
  try {
    return await use(await firstPage(browser));
  } finally {
    await browser.close();
  }
}

/**
 * Reads on afterwards: an app whose messages nobody takes would stop at a full pipe, or end at a closed one.
 * @param {import('node:stream').Readable} stderr
 * @returns {Promise<string>}
 */
function debuggerAddress(stderr) {
  let text = '';
  return new Promise((resolve, reject) => {
    stderr.on('data', (chunk) => {
      text += String(chunk);
      const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (address) resolve(address);
    });
    stderr.on('end', () =>
      reject(new Error(`The app ended before it opened its debugger: ${text.slice(-500)}`)),
    );
  });
}

/** @param {import('@playwright/test').Browser} browser */
async function firstPage(browser) {
  const context = browser.contexts()[0];
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
  if (!page) throw new Error('The app opened no page.');
  return page;
}

/** @param {number} root process id @returns {number[]} itself and its descendants */
export function processTree(root) {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)]),
  );
  const tree = new Set([root]);
  for (let before = 0; before !== tree.size; ) {
    before = tree.size;
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid);
  }
  return [...tree];
}

/** @param {string} pid */
function parentOf(pid) {
  return Number(/^PPid:\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1] ?? 0);
}

/**
 * @param {string | number} pid
 * @param {string} file
 */
export function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // The process ended between the listing and the reading.
    return '';
  }
}
