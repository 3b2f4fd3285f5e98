/** Nothing is installed or started on the machine before a person, `--yes` or CI=true has agreed to the listed commands. */
import { createInterface } from 'node:readline/promises';
import { handOver, run } from './command.mjs';
import { onPath } from './environment.mjs';

/** @typedef {{ program: string, parameters: string[] }} Command */

/**
 * @typedef {object} Offer
 * @property {string} why One sentence.
 * @property {Command[]} commands All need root.
 */

/**
 * Lists the commands, asks when that is possible, runs them.
 * @param {Offer} offer
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<boolean>} False when they were left to the person.
 */
export async function carryOut(offer, machine, report) {
  const commands = offer.commands.map((command) => asRoot(command, machine));
  report.say(offer.why);
  for (const command of commands) report.say(`    ${inWords(command)}`);
  if (!(await agreed(machine)) || !(await canBecomeRoot(machine))) {
    report.say('  Nothing was changed. Run the commands above, or start again with: npm start -- --yes');
    return false;
  }
  for (const command of commands) await carryOutOne(command, machine, report);
  return true;
}

/**
 * @param {Command} command
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 */
async function carryOutOne(command, machine, report) {
  if (command.program === 'sudo' && machine.terminal) {
    // sudo may ask for a password, so it has the terminal to itself.
    const code = await handOver(command.program, command.parameters, { env: quietApt() });
    if (code !== 0) throw new Error(`${inWords(command)} ended with code ${code}.`);
    return;
  }
  await report.step(inWords(command).slice(0, 100), (progress) =>
    run(command.program, command.parameters, { env: quietApt(), line: (line) => aptPhase(line, progress) }),
  );
}

const APT_PHASE = /^(Get:\d+|Unpacking|Setting up)\s.*/;

/** @param {string} line @param {import('./report.mjs').Progress} progress */
function aptPhase(line, progress) {
  if (process.stdout.isTTY && APT_PHASE.test(line)) progress(line);
}

function quietApt() {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
}

/** @param {import('./environment.mjs').Machine} machine */
async function agreed(machine) {
  if (machine.agreed) return true;
  if (!machine.terminal) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question('  Run these commands now? [y/N] ');
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** @param {import('./environment.mjs').Machine} machine */
async function canBecomeRoot(machine) {
  if (machine.root) return true;
  if (!onPath('sudo')) return false;
  return (
    machine.terminal ||
    run('sudo', ['-n', 'true']).then(
      () => true,
      () => false,
    )
  );
}

/** What apt takes a proxy from beside its own configuration. */
const APT_PROXY = ['http_proxy', 'https_proxy', 'no_proxy'];

/**
 * @param {Command} command
 * @param {import('./environment.mjs').Machine} machine
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Command}
 */
export function asRoot(command, machine, environment = process.env) {
  if (machine.root) return command;
  const names = ['DEBIAN_FRONTEND', ...APT_PROXY.filter((name) => environment[name])];
  const kept = command.program === 'apt-get' ? [`--preserve-env=${names.join(',')}`] : [];
  return { program: 'sudo', parameters: [...kept, command.program, ...command.parameters] };
}

/** @param {Command} command */
export function inWords({ program, parameters }) {
  return [program, ...parameters.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`))].join(
    ' ',
  );
}
