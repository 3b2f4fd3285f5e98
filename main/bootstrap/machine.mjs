/** Brings the machine to where the console can run: an engine that answers, and the distribution's packages. */
import { asRoot, carryOut, inWords } from './consent.mjs';
import { DEFAULT_SOCKET, findEngine } from './engine-find.mjs';
import { enterGroup, isRefused, joinCommands, runsInGroup } from './engine-group.mjs';
import { prepareLog, startCommand, untilEngineAnswers } from './engine-start.mjs';
import { onPath } from './environment.mjs';
import { ENGINE_PACKAGE, installCommands, missingPackages, missingTestTools } from './needs.mjs';
import { sandboxHelperOffer } from './window.mjs';

/**
 * @typedef {object} Provided
 * @property {boolean} found An engine answers.
 * @property {Record<string, string>} environment For what runs next.
 */

/**
 * @param {{ executable: string, virtualDisplay: boolean, baseImage: boolean, testTools?: boolean }} wanted
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<Provided>}
 */
export async function provideMachine(wanted, machine, report) {
  // An engine that was installed a moment ago may still be on its way.
  const search = await (runsInGroup() ? untilEngineAnswers(() => {}) : findEngine());
  sayWhatWasFound(search, report);
  const startable = !search.found && canStartOne(search);
  await providePackages({ ...wanted, installEngine: startable }, machine, report);
  const helper = sandboxHelperOffer(wanted.executable, machine);
  if (helper) await carryOut(helper, machine, report);
  const engine = startable ? await startEngine(search, machine, report) : search;
  if (isRefused(engine) && !machine.root) await enterGroup(machine, report);
  return provided(engine, report);
}

/**
 * @param {import('./needs.mjs').Wanted} wanted
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 */
export async function providePackages(wanted, machine, report) {
  const packages = await missingPackages(wanted);
  const testTools = missingTestTools(wanted).filter((name) => !packages.includes(name));
  if (packages.length + testTools.length === 0) return;
  if (!machine.apt) {
    report.say(
      `Missing here, by their Debian names: ${[...packages, ...testTools].join(' ')}. Install them with this system's own tools.`,
    );
    return;
  }
  const join = packages.includes(ENGINE_PACKAGE) ? joinCommands(machine) : [];
  const why = `Packages of the distribution are missing${join.length > 0 ? JOINS : ''}:`;
  await carryOut(
    { why, commands: [...(await installCommands(packages, testTools)), ...join] },
    machine,
    report,
  );
}

const JOINS = ', and to use the engine this user joins the docker group, which equals root on this machine';

/** A named endpoint that fails is the person's own matter; so is a socket that refuses this user. @param {import('./engine-find.mjs').EngineSearch} search */
export function canStartOne({ failed }) {
  return (
    process.platform === 'linux' &&
    !isRefused({ found: null, failed }) &&
    failed.every(({ candidate }) => !candidate.chosen)
  );
}

/**
 * @param {import('./engine-find.mjs').EngineSearch} before
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 */
async function startEngine(before, machine, report) {
  const start = startCommand(machine);
  if (!onPath('dockerd')) {
    report.say(`  If the engine does not run after that:\n    ${inWords(asRoot(start, machine))}`);
    return before;
  }
  // Installing the package may have started it.
  const search = await findEngine();
  if (search.found) sayWhatWasFound(search, report);
  if (search.found || isRefused(search)) return search;
  prepareLog();
  const offer = { why: 'Docker Engine is installed and does not run:', commands: [start] };
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
}

/**
 * @param {import('./engine-find.mjs').EngineSearch} search
 * @param {import('./report.mjs').Report} report
 * @returns {Provided}
 */
function provided({ found }, report) {
  if (!found) {
    report.say('✗ No Docker Engine answers.');
    return { found: false, environment: {} };
  }
  const ordinary = found.chosen || found.endpoint === `unix://${DEFAULT_SOCKET}`;
  return { found: true, environment: ordinary ? {} : { DOCKER_HOST: found.endpoint } };
}
