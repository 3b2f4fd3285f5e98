/** Brings the machine to where the console can run: an engine that answers, and the distribution's packages. */
import { carryOut } from './consent.mjs';
import { DEFAULT_SOCKET, findEngine } from './engine-find.mjs';
import { prepareLog, startCommand, untilEngineAnswers } from './engine-start.mjs';
import { onPath } from './environment.mjs';
import { installCommands, missingPackages } from './needs.mjs';
import { sandboxHelperOffer } from './window.mjs';

/**
 * @typedef {object} Provided
 * @property {boolean} found An engine answers.
 * @property {Record<string, string>} environment For what runs next.
 */

/**
 * @param {{ executable: string, virtualDisplay: boolean, baseImage: boolean }} wanted
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<Provided>}
 */
export async function provideMachine(wanted, machine, report) {
  const search = await findEngine();
  sayWhatWasFound(search, report);
  const startable = !search.found && canStartOne(search);
  await providePackages({ ...wanted, installEngine: startable }, machine, report);
  const helper = sandboxHelperOffer(wanted.executable, machine);
  if (helper) await carryOut(helper, machine, report);
  return provided(startable ? await startEngine(search, machine, report) : search, report);
}

/**
 * @param {import('./needs.mjs').Wanted} wanted
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 */
export async function providePackages(wanted, machine, report) {
  const packages = await missingPackages(wanted);
  if (packages.length === 0) return;
  if (!machine.apt) {
    report.say(
      `Missing here, by their Debian names: ${packages.join(' ')}. Install them with this system's own tools.`,
    );
    return;
  }
  await carryOut(
    { why: 'Packages of the distribution are missing:', commands: await installCommands(packages) },
    machine,
    report,
  );
}

/** A named endpoint that fails is the person's own matter; so is a socket that refuses this user. @param {import('./engine-find.mjs').EngineSearch} search */
export function canStartOne({ failed }) {
  return (
    process.platform === 'linux' &&
    failed.every(({ candidate, reason }) => !candidate.chosen && !reason.includes('EACCES'))
  );
}

/**
 * @param {import('./engine-find.mjs').EngineSearch} before
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 */
async function startEngine(before, machine, report) {
  if (!onPath('dockerd')) return before;
  // Installing the package may have started it.
  const search = await findEngine();
  if (search.found) return search;
  prepareLog();
  const offer = { why: 'Docker Engine is installed and does not run:', commands: [startCommand(machine)] };
  if (!(await carryOut(offer, machine, report))) return search;
  return report.step('Docker Engine starts', untilEngineAnswers, ({ found }) => found?.version);
}

/** @param {import('./engine-find.mjs').EngineSearch} search @param {import('./report.mjs').Report} report */
function sayWhatWasFound({ found, failed }, report) {
  if (found) {
    report.say(`✓ Docker Engine ${found.version} (${found.source}, ${found.endpoint})`);
    return;
  }
  for (const { candidate, reason } of failed)
    report.say(`  No engine at ${candidate.endpoint} (${candidate.source}): ${reason}`);
  if (failed.some(({ reason }) => reason.includes('EACCES'))) {
    report.say('  This user may not use the engine. Members of the docker group may, which equals root:');
    report.say('    sudo usermod -aG docker "$USER"    (then sign in again)');
  }
}

/**
 * @param {import('./engine-find.mjs').EngineSearch} search
 * @param {import('./report.mjs').Report} report
 * @returns {Provided}
 */
function provided({ found }, report) {
  if (!found) {
    report.say('✗ No Docker Engine answers. The console opens without one and finds it as soon as it runs.');
    return { found: false, environment: {} };
  }
  const ordinary = found.chosen || found.endpoint === `unix://${DEFAULT_SOCKET}`;
  return { found: true, environment: ordinary ? {} : { DOCKER_HOST: found.endpoint } };
}
