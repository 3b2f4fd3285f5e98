/** Starts an installed Docker Engine: through systemd where that is PID 1, else as a process of its own. Never touches one that runs. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from './command.mjs';
import { findEngine } from './engine-find.mjs';
import { isRefused } from './engine-group.mjs';
import { CACHE } from './paths.mjs';

const ANSWERS_WITHIN_MS = 60_000;
const POLL_MS = 200;
const LOG = path.join(CACHE, 'dockerd.log');

/** @param {import('./environment.mjs').Machine} machine @returns {import('./consent.mjs').Command} */
export function startCommand(machine) {
  if (machine.systemd) return { program: 'systemctl', parameters: ['start', 'docker'] };
  const detached = `nohup dockerd >>"${LOG}" 2>&1 &`;
  return { program: 'sh', parameters: ['-c', detached] };
}

/**
 * @param {import('./report.mjs').Progress} progress
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<import('./engine-find.mjs').EngineSearch>}
 */
export async function untilEngineAnswers(progress, environment = process.env) {
  const deadline = Date.now() + ANSWERS_WITHIN_MS;
  for (;;) {
    const search = await findEngine(environment);
    if (search.found || isRefused(search) || Date.now() > deadline) return search;
    progress('waiting for its first answer');
    await wait(POLL_MS);
  }
}

/** dockerd's folder for its log has to be there before it starts. */
export function prepareLog() {
  mkdirSync(CACHE, { recursive: true });
}

/**
 * An engine for one test run, with its data in a folder that is removed afterwards.
 * @param {string} folder
 * @param {import('./report.mjs').Progress} progress
 * @returns {Promise<{ stop(): Promise<void> }>}
 */
export async function startOwnEngine(folder, progress) {
  mkdirSync(folder, { recursive: true });
  const logFile = path.join(folder, 'log');
  const log = openSync(logFile, 'a');
  const parameters = ['data-root', 'exec-root', 'pidfile'].map(
    (name) => `--${name}=${path.join(folder, name)}`,
  );
  const daemon = spawn('dockerd', parameters, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const ended = new Promise((resolve) => {
    daemon.on('exit', resolve);
    daemon.on('error', resolve);
  });
  const search = await untilEngineAnswers(progress);
  if (!search.found) throw new Error(`The engine for the tests did not start:\n${lastLines(logFile)}`);
  return {
    stop: async () => {
      daemon.kill('SIGTERM');
      await ended;
      await releaseMounts(folder);
    },
  };
}

/**
 * An engine that ended leaves the network namespace of the host mounted below its folder once a container used it,
 * and one that was killed more. Undone in the order in which they were made, last first.
 * @param {string} folder
 */
export async function releaseMounts(folder) {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => unescaped(line.split(' ')[1] ?? ''))
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.reverse()) await run('umount', [point]);
}

/**
 * The kernel writes blanks and backslashes of a path as octal numbers.
 * @param {string} point
 */
function unescaped(point) {
  return point.replace(/\\([0-7]{3})/g, (_all, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** @param {string} file */
function lastLines(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}
