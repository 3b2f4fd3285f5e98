/**
 * Cold start and memory of the packaged console against a bare Electron window of the same
 * runtime, in turns. Start is process spawn to first contentful paint, which is a frame that the
 * document brings along; when the application behind it answers clicks is told beside it, against the
 * bare window's paint. Memory is the proportional set size of the whole process tree, read five seconds
 * after the page settled.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { BARE_ELEMENT, processTree, readProc, startApp, withPage, writeBareApp } from './electron-app.mjs';
import { judge } from './statistics.mjs';

const ROUNDS = 5;
const SETTLE_MS = 5_000;
const MAX_START_RATIO = 1.5;
const MAX_MEMORY_RATIO = 1.6;
/** The screen of the React shell; the first frame has none. */
const APPLICATION = '#screen';

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
      anchor.push(await sample(launcher, join(bare, 'electron'), BARE_ELEMENT));
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
  writeBareApp(join(folder, 'resources', 'app'));
  return folder;
}

/**
 * @param {string[]} launcher
 * @param {string} executable
 * @param {string} element what stands in the page once it is complete
 * @returns {Promise<Sample>}
 */
async function sample(launcher, executable, element) {
  const startedAt = Date.now();
  const app = await startApp([...launcher, executable]);
  try {
    return await withPage(app, async (page) => {
      const [paintedAt, standsAt] = await Promise.all([firstPaint(page), firstSeen(page, element)]);
      await after(SETTLE_MS);
      return {
        startMs: paintedAt - startedAt,
        standsMs: standsAt - startedAt,
        megabytes: treeMegabytes(app.pid),
      };
    });
  } finally {
    app.end();
  }
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
  return processTree(root).reduce((sum, pid) => sum + proportionalKilobytes(pid), 0) / 1024;
}

/** @param {number} pid */
function proportionalKilobytes(pid) {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, 'smaps_rollup'))?.[1] ?? 0);
}
