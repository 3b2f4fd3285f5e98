/**
 * Cold apply and unchanged re-apply of a 16-service stack, the console's command line against
 * `docker compose` v2, as processes and in turns. Images are present on both sides before the
 * first round; "cold" means no container, network or volume exists.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchStack } from './stack.mjs';
import { judge } from './statistics.mjs';

const ROUNDS = 5;
const MAX_COLD_RATIO = { plain: 0.5, startInterval: 0.7 };
const MAX_UNCHANGED_RATIO = 0.15;
const START_INTERVAL_MS = 100;

/**
 * @typedef {object} ApplyBench
 * @property {string} cli path of the built command line
 * @property {string} compose path of a `docker compose` v2
 * @property {string} dockerHost such as `unix:///var/run/docker.sock`
 * @property {string} image present on that engine, with busybox
 * @property {boolean} startInterval true on an engine with API 1.44 or newer
 */

/**
 * @param {ApplyBench} options
 * @returns {Promise<import('./statistics.mjs').Result[]>}
 */
export async function benchApply(options) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-apply-'));
  const tools = [consoleTool(options, folder), composeTool(options, folder)];
  try {
    /** @type {Round[][]} */
    const rounds = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, tool] of tools.entries()) rounds[index]?.push(await oneRound(tool));
    }
    return verdicts(rounds[0] ?? [], rounds[1] ?? [], options.startInterval);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @typedef {{ cold: number, unchanged: number }} Round milliseconds */
/** @typedef {{ up: () => Promise<number>, again: () => Promise<number>, down: () => Promise<number> }} Tool */

/**
 * @param {Tool} tool
 * @returns {Promise<Round>}
 */
async function oneRound(tool) {
  await tool.down();
  const cold = await tool.up();
  const unchanged = await tool.again();
  await tool.down();
  return { cold, unchanged };
}

/**
 * @param {Round[]} ours
 * @param {Round[]} anchor
 * @param {boolean} startInterval
 */
function verdicts(ours, anchor, startInterval) {
  const how = startInterval ? `start_interval ${START_INTERVAL_MS} ms` : 'health interval 1 s';
  return [
    judge({
      name: `cold apply, ${how}`,
      unit: 'ms',
      target: startInterval ? MAX_COLD_RATIO.startInterval : MAX_COLD_RATIO.plain,
      ours: ours.map((round) => round.cold),
      anchor: anchor.map((round) => round.cold),
    }),
    judge({
      name: `unchanged re-apply, ${how}`,
      unit: 'ms',
      target: MAX_UNCHANGED_RATIO,
      ours: ours.map((round) => round.unchanged),
      anchor: anchor.map((round) => round.unchanged),
    }),
  ];
}

/**
 * @param {ApplyBench} options
 * @param {string} folder
 * @returns {Tool}
 */
function consoleTool({ cli, dockerHost, image, startInterval }, folder) {
  const on = ['-f', stackFile(folder, { project: 'bench-console', image, startInterval })];
  const environment = { DOCKER_HOST: dockerHost, BIZOSAAS_HOME: join(folder, 'home') };
  const call = (/** @type {string[]} */ args) => timed(process.execPath, [cli, ...args], environment);
  const up = () => call(['up', ...on, '--yes']);
  return { up, again: up, down: () => call(['down', ...on, '--yes']) };
}

/**
 * @param {ApplyBench} options
 * @param {string} folder
 * @returns {Tool}
 */
function composeTool({ compose, dockerHost, image, startInterval }, folder) {
  const on = ['-f', stackFile(folder, { project: 'bench-compose', image, startInterval })];
  const call = (/** @type {string[]} */ args) =>
    timed(compose, [...on, ...args], { DOCKER_HOST: dockerHost });
  return {
    up: () => call(['up', '-d', '--wait']),
    again: () => call(['up', '-d']),
    down: () => call(['down', '-t', '0']),
  };
}

/**
 * @param {string} folder
 * @param {{ project: string, image: string, startInterval: boolean }} options
 */
function stackFile(folder, { project, image, startInterval }) {
  const file = join(folder, `${project}.yaml`);
  writeFileSync(
    file,
    benchStack({ project, image, startIntervalMs: startInterval ? START_INTERVAL_MS : null }),
  );
  return file;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} environment
 * @returns {Promise<number>} milliseconds
 */
function timed(command, args, environment) {
  const { promise, resolve, reject } = deferred();
  const startedAt = performance.now();
  const child = spawn(command, args, {
    env: { ...withoutDownloadCertificates(process.env), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  child.on('error', reject);
  child.on('close', (code) => {
    if (code === 0) resolve(performance.now() - startedAt);
    else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors.slice(-1000)}`));
  });
  return promise;
}

/**
 * A machine whose way to the registries is inspected names its certificates here. Node parses all of them whenever it
 * starts, which takes some 40 ms of processor time; neither tool needs one to reach an engine.
 * @param {NodeJS.ProcessEnv} environment
 */
function withoutDownloadCertificates({ NODE_EXTRA_CA_CERTS: _left, ...others }) {
  return others;
}

function deferred() {
  /** @type {(value: number) => void} */ let resolve = () => {};
  /** @type {(error: Error) => void} */ let reject = () => {};
  /** @type {Promise<number>} */
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
