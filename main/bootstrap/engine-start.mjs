/** Starts an installed Docker Engine: through systemd where that is PID 1, else as a process of its own. Never touches one that runs. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
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
    },
  };
}

/** @param {string} file */
function lastLines(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}
