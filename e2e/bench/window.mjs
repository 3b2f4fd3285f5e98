/**
 * Cold start and memory of the packaged console against a bare Electron window of the same
 * runtime, in turns. Start is process spawn to first contentful paint, which is a frame that the
 * document brings along; when the application behind it answers clicks is told beside it, against the
 * bare window's paint. Memory is the proportional set size of the whole process tree, read five seconds
 * after the page settled.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { judge } from './statistics.mjs';

const ROUNDS = 5;
const SETTLE_MS = 5_000;
const MAX_START_RATIO = 1.5;
const MAX_MEMORY_RATIO = 1.6;
/** The screen of the React shell; the first frame has none. */
const APPLICATION = '#screen';

const BARE_MAIN = `
const { app, BrowserWindow } = require('electron');
app.enableSandbox();
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('data:text/html,<h1>bare</h1>'));
`;

/**
 * @param {{ packaged: string, runtime: string, launcher: string[] }} options `packaged` is the console's
 * executable, `runtime` the folder of the Electron it was made from, `launcher` what must come before
 * either (display, unprivileged user)
 * @returns {Promise<import('./statistics.mjs').Result[]>}
 */
export async function benchWindow({ packaged, runtime, launcher }) {
  const bare = makeBareApp(runtime);
  try {
    /** @type {Sample[]} */ const ours = [];
    /** @type {Sample[]} */ const anchor = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      anchor.push(await sample(launcher, join(bare, 'electron'), 'h1'));
      ours.push(await sample(launcher, packaged, APPLICATION));
    }
    return [
      judge({
        name: 'cold start',
        unit: 'ms',
        target: MAX_START_RATIO,
        ours: startsOf(ours),
        anchor: startsOf(anchor),
      }),
      judge({
        name: 'application in place of the first frame',
        unit: 'ms',
        target: null,
        ours: ours.map((each) => each.standsMs),
        anchor: startsOf(anchor),
      }),
      judge({
        name: 'memory',
        unit: 'MB',
        target: MAX_MEMORY_RATIO,
        ours: memoryOf(ours),
        anchor: memoryOf(anchor),
      }),
    ];
  } finally {
    rmSync(bare, { recursive: true, force: true });
  }
}

/** @typedef {{ startMs: number, standsMs: number, megabytes: number }} Sample */

/** @param {Sample[]} samples */
const startsOf = (samples) => samples.map((each) => each.startMs);
/** @param {Sample[]} samples */
const memoryOf = (samples) => samples.map((each) => each.megabytes);

/** @param {string} runtime */
function makeBareApp(runtime) {
  const folder = mkdtempSync(join(tmpdir(), 'bare-electron-'));
  cpSync(runtime, folder, { recursive: true });
  const app = join(folder, 'resources', 'app');
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'bare', main: 'main.js' }));
  writeFileSync(join(app, 'main.js'), BARE_MAIN);
  return folder;
}

/**
 * @param {string[]} launcher
 * @param {string} executable
 * @param {string} element what stands in the page once it is complete
 * @returns {Promise<Sample>}
 */
async function sample(launcher, executable, element) {
  const home = mkdtempSync(join(tmpdir(), 'bench-home-'));
  const [command = executable, ...before] = [...launcher, executable];
  const startedAt = Date.now();
  const child = spawn(command, [...before, '--remote-debugging-port=0', `--user-data-dir=${home}/browser`], {
    env: { ...process.env, BIZOSAAS_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  try {
    const browser = await chromium.connectOverCDP(await debuggerAddress(child.stderr));
    const page = await firstPage(browser);
    const [paintedAt, standsAt] = await Promise.all([firstPaint(page), firstSeen(page, element)]);
    await after(SETTLE_MS);
    const megabytes = treeMegabytes(child.pid ?? 0);
    await browser.close();
    return { startMs: paintedAt - startedAt, standsMs: standsAt - startedAt, megabytes };
  } finally {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {import('node:stream').Readable} stderr
 * @returns {Promise<string>}
 */
async function debuggerAddress(stderr) {
  let text = '';
  for await (const chunk of stderr) {
    text += String(chunk);
    const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
    if (address) {
      stderr.resume();
      return address;
    }
  }
  throw new Error(`The app ended before it opened its debugger: ${text.slice(-500)}`);
}

/** @param {import('@playwright/test').Browser} browser */
async function firstPage(browser) {
  const context = browser.contexts()[0];
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
  if (!page) throw new Error('The app opened no page.');
  return page;
}

/**
 * @param {import('@playwright/test').Page} page
 * @returns {Promise<number>} milliseconds since the epoch
 */
async function firstPaint(page) {
  const handle = await page.waitForFunction(() => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return paint && performance.timeOrigin + paint.startTime;
  });
  return Number(await handle.jsonValue());
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} element looked for once a frame
 * @returns {Promise<number>} milliseconds since the epoch
 */
async function firstSeen(page, element) {
  const handle = await page.waitForFunction(
    (selector) => document.querySelector(selector) !== null && performance.timeOrigin + performance.now(),
    element,
  );
  return Number(await handle.jsonValue());
}

/** @param {number} root process id; its descendants count too */
function treeMegabytes(root) {
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
  return [...tree].reduce((sum, pid) => sum + proportionalKilobytes(pid), 0) / 1024;
}

/** @param {string} pid */
function parentOf(pid) {
  return Number(/^PPid:\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1] ?? 0);
}

/** @param {number} pid */
function proportionalKilobytes(pid) {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, 'smaps_rollup'))?.[1] ?? 0);
}

/**
 * @param {string | number} pid
 * @param {string} file
 */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // The process ended between the listing and the reading.
    return '';
  }
}
