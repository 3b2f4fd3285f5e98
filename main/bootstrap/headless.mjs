/** `npm start` without a display: the sandbox in the terminal, then a picture of the real window and the status as JSON in out/. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { handOver, run } from './command.mjs';
import { onPath } from './environment.mjs';
import { COMMAND_LINE, OUT, ROOT } from './paths.mjs';
import { asPlainUser } from './window.mjs';

const STACK = 'sandbox';
export const SCREEN = '1920x1200x24';

/**
 * @param {string} executable
 * @param {NodeJS.ProcessEnv} environment
 * @param {{ machine: import('./environment.mjs').Machine, report: import('./report.mjs').Report }} context
 * @returns {Promise<number>} The exit code of `up`.
 */
export async function runWithoutDisplay(executable, environment, { machine, report }) {
  report.say(
    'No display here (DISPLAY and WAYLAND_DISPLAY are not set): the sandbox stack comes up in this terminal.',
  );
  const code = await commandLine(['up', '--stack', STACK, '--yes'], environment);
  await mkdir(OUT, { recursive: true });
  await report.step('Status to out/status.json', () => writeStatus(environment));
  await takePicture(executable, environment, { machine, report });
  await commandLine(['status', '--stack', STACK], environment);
  return code;
}

/** @param {string[]} words @param {NodeJS.ProcessEnv} environment */
function commandLine(words, environment) {
  return handOver(process.execPath, [COMMAND_LINE, ...words], { cwd: ROOT, env: environment });
}

/** `status` ends with another code than 0 when something is unwell; its output is what is wanted. @param {NodeJS.ProcessEnv} environment */
async function writeStatus(environment) {
  const words = [COMMAND_LINE, 'status', '--stack', STACK, '--json'];
  const script = '"$@" || [ $? -lt 100 ]';
  const output = await run('sh', ['-c', script, 'status', process.execPath, ...words], {
    cwd: ROOT,
    env: environment,
  });
  await writeFile(path.join(OUT, 'status.json'), output);
}

/**
 * @param {string} executable
 * @param {NodeJS.ProcessEnv} environment
 * @param {{ machine: import('./environment.mjs').Machine, report: import('./report.mjs').Report }} context
 */
async function takePicture(executable, environment, { machine, report }) {
  if (!onPath('Xvfb') || !onPath('xauth')) {
    report.say('No picture of the window: Xvfb is not installed (apt-get install xvfb xauth).');
    return;
  }
  const picture = path.join(OUT, 'console.png');
  const script = path.join(ROOT, 'e2e/support/electron-runtime-picture.mjs');
  const drive = [
    'xvfb-run',
    '-a',
    '-s',
    `-screen 0 ${SCREEN}`,
    process.execPath,
    script,
    executable,
    picture,
  ];
  const [program, ...parameters] = asPlainUser(drive, machine.root);
  await report.step('Picture of the real window to out/console.png', () =>
    run(program, parameters, { cwd: ROOT, env: environment }),
  );
}
