/** What the suite needs around it: runtime, packages, an engine, and docker compose to compare with. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { obtainComposeReference } from './compose-reference.mjs';
import { obtainRuntime, runtimeNotice } from './electron-runtime.mjs';
import { findEngine } from './engine-find.mjs';
import { startOwnEngine } from './engine-start.mjs';
import { onPath } from './environment.mjs';
import { provideMachine, providePackages } from './machine.mjs';
import { installPackages } from './packages.mjs';

/**
 * @typedef {object} TestMachine
 * @property {NodeJS.ProcessEnv} environment For the stages.
 * @property {() => Promise<void>} dispose Ends what was started for this run.
 */

/**
 * @param {import('./test-stages.mjs').Stage[]} stages
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<TestMachine>}
 */
export async function prepareTestMachine(stages, machine, report) {
  await installPackages(report);
  if (!stages.some((stage) => stage.engine || stage.window))
    return { environment: process.env, dispose: async () => {} };
  const runtime = await obtainRuntime(report);
  const notice = runtimeNotice(runtime);
  if (notice) report.say(`! ${notice}`);
  const wanted = {
    ...{ executable: runtime.executable, virtualDisplay: true, baseImage: true },
    testTools: stages.some((stage) => stage.engine),
  };
  const engine = await provideEngine(wanted, machine, report);
  const environment = {
    ...process.env,
    CONSOLE_ELECTRON: runtime.executable,
    ...engine.environment,
    ...(await compareWith(report)),
  };
  return { environment, dispose: engine.dispose };
}

/**
 * @param {Omit<import('./needs.mjs').Wanted, 'installEngine'>} wanted
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 */
async function provideEngine(wanted, machine, report) {
  const own = machine.root && process.platform === 'linux' && !(await findEngine()).found;
  if (!own) {
    const { environment } = await provideMachine(wanted, machine, report);
    return { environment, dispose: async () => {} };
  }
  await providePackages({ ...wanted, installEngine: true }, machine, report);
  // A package's installation may have started one.
  if ((await findEngine()).found || !onPath('dockerd')) return { environment: {}, dispose: async () => {} };
  return throwawayEngine(report);
}

/** @param {import('./report.mjs').Report} report */
async function throwawayEngine(report) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'console-engine-'));
  const engine = await report.step(
    'Docker Engine for this run',
    (progress) => startOwnEngine(folder, progress),
    () => folder,
  );
  return {
    environment: {},
    dispose: async () => {
      await engine.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @param {import('./report.mjs').Report} report @returns {Promise<Record<string, string>>} */
async function compareWith(report) {
  try {
    const reference = await report.step('docker compose v2 to compare with', () => obtainComposeReference());
    return {
      CONSOLE_REFERENCE_DOCKER: reference.docker,
      CONSOLE_REFERENCE_CONFIG: reference.configDirectory,
    };
  } catch (error) {
    report.say(`  Not to be had here: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}
