/**
 * Processor time of the console at rest, over all its processes as the kernel counts it: Overview and Services with
 * sixteen live services and nobody touching them, then hidden to the tray; a bare window beside it. The console
 * runs from this checkout's build. Painting by software, where there is no graphics card, counts; the X server does not.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { BARE_ELEMENT, processTree, readProc, startApp, withPage, writeBareApp } from './electron-app.mjs';
import { judge } from './statistics.mjs';

const ENTRY = pathToFileURL(join(import.meta.dirname, '../../dist/main/index.js')).href;
const ROUNDS = 3;
const SETTLE_MS = 15_000;
/** The console takes itself to be left alone a minute after the last touch. */
const LEFT_ALONE_MS = 65_000;
const MEASURE_MS = 30_000;
const MAX_PERCENT_OF_A_CORE = 1;
/** Of the kernel's processor times, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * The debugger makes a page think that it is seen, and a page can't close its window as a person does: hence a
 * signal for that.
 */
const MAIN = `
import { BrowserWindow } from 'electron';
process.on('SIGUSR2', () => BrowserWindow.getAllWindows()[0].close());
await import(${JSON.stringify(ENTRY)});
`;

/** @typedef {{ main: number, renderer: number, others: number }} Shares percent of a core */
/**
 * @typedef {object} State
 * @property {string} name
 * @property {(app: import('./electron-app.mjs').StartedApp) => unknown} enter
 * @property {number} settleMs
 * @property {number | null} limit percent of a core; null for a figure that is only told
 */

/** In this order, within one run of the console. @type {State[]} */
const STATES = [
  { name: 'Overview, just touched', enter: openOverview, settleMs: SETTLE_MS, limit: null },
  { name: 'Overview', enter: () => {}, settleMs: LEFT_ALONE_MS, limit: MAX_PERCENT_OF_A_CORE },
  { name: 'Services', enter: openServices, settleMs: LEFT_ALONE_MS, limit: MAX_PERCENT_OF_A_CORE },
  {
    name: 'hidden to the tray',
    enter: ({ pid }) => process.kill(pid, 'SIGUSR2'),
    settleMs: SETTLE_MS,
    limit: MAX_PERCENT_OF_A_CORE,
  },
];

/** @param {import('./electron-app.mjs').StartedApp} app */
function openOverview(app) {
  return withPage(app, async (page) => {
    await page
      .getByText(/16 healthy/)
      .first()
      .waitFor();
    await page.mouse.move(5, 5);
  });
}

/** @param {import('./electron-app.mjs').StartedApp} app */
function openServices(app) {
  return withPage(app, async (page) => {
    await page.getByRole('link', { name: 'Services', exact: true }).click();
    await page.getByRole('row', { name: 'PostgreSQL' }).waitFor();
  });
}

/**
 * @param {{ command: string[], environment: Record<string, string> }} options `command` starts Electron, to be
 * followed by an app's folder; `environment` is where the console finds the stack
 * @returns {Promise<import('./statistics.mjs').Result[]>}
 */
export async function benchIdle({ command, environment }) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-idle-apps-'));
  const bareApp = join(folder, 'bare');
  const consoleApp = join(folder, 'console');
  writeBareApp(bareApp);
  writeConsoleApp(consoleApp);
  try {
    /** @type {Shares[]} */ const bare = [];
    /** @type {Shares[][]} */ const ours = STATES.map(() => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await measureBare([...command, bareApp]));
      const shares = await measureConsole([...command, consoleApp], environment);
      for (const [index, each] of shares.entries()) ours[index]?.push(each);
    }
    return STATES.flatMap((state, index) => resultsOf(state, ours[index] ?? [], bare));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function writeConsoleApp(folder) {
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'idle', type: 'module', main: 'main.js' }),
  );
  writeFileSync(join(folder, 'main.js'), MAIN);
}

/** @param {State} state @param {Shares[]} ours @param {Shares[]} bare */
function resultsOf({ name, limit }, ours, bare) {
  const unit = /** @type {const} */ ('% of a core');
  const parts = /** @type {const} */ (['main', 'renderer', 'others']);
  return [
    judge({
      ...{ name, unit, target: null },
      ...(limit !== null && { limit }),
      ours: ours.map(sumOf),
      anchor: bare.map(sumOf),
    }),
    ...parts.map((part) =>
      judge({
        ...{ name: `  ${part}`, unit, target: null },
        ours: ours.map((each) => each[part]),
        anchor: bare.map((each) => each[part]),
      }),
    ),
  ];
}

/** @param {Shares} shares */
function sumOf({ main, renderer, others }) {
  return main + renderer + others;
}

/** @param {string[]} command */
async function measureBare(command) {
  const app = await startApp(command);
  try {
    await withPage(app, (page) => page.locator(BARE_ELEMENT).waitFor());
    return await measure(app.pid, SETTLE_MS);
  } finally {
    app.end();
  }
}

/** @param {string[]} command @param {Record<string, string>} environment @returns {Promise<Shares[]>} */
async function measureConsole(command, environment) {
  const app = await startApp(command, { environment, furnish: closeToTray });
  try {
    /** @type {Shares[]} */ const shares = [];
    for (const { enter, settleMs } of STATES) {
      await enter(app);
      shares.push(await measure(app.pid, settleMs));
    }
    return shares;
  } finally {
    app.end();
  }
}

/** @param {string} home */
function closeToTray(home) {
  mkdirSync(join(home, 'config'), { recursive: true });
  writeFileSync(join(home, 'config', 'settings.json'), JSON.stringify({ closeToTray: true }));
}

/** @param {number} pid @param {number} settleMs @returns {Promise<Shares>} */
async function measure(pid, settleMs) {
  await after(settleMs);
  const before = ticksOf(pid);
  const beganAt = performance.now();
  await after(MEASURE_MS);
  const spent = ticksOf(pid);
  const percentPerTick = 100 / (TICKS_PER_SECOND * ((performance.now() - beganAt) / 1000));
  const share = (/** @type {keyof Shares} */ part) => (spent[part] - before[part]) * percentPerTick;
  return { main: share('main'), renderer: share('renderer'), others: share('others') };
}

/** @param {number} root @returns {Shares} in ticks */
function ticksOf(root) {
  const ticks = { main: 0, renderer: 0, others: 0 };
  for (const pid of processTree(root)) ticks[partOf(pid, root)] += ticksOfProcess(pid);
  return ticks;
}

/** @param {number} pid @param {number} root @returns {keyof Shares} */
function partOf(pid, root) {
  if (pid === root) return 'main';
  return readProc(pid, 'cmdline').includes('--type=renderer') ? 'renderer' : 'others';
}

/** User and system time, of the process itself and of children it waited for. @param {number} pid */
function ticksOfProcess(pid) {
  const fields = readProc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}
