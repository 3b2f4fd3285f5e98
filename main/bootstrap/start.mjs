/** `npm start`: from a fresh clone to the console's window, or to the sandbox in a terminal where there is no display. */
import { parseArgs } from 'node:util';
import { buildWhenStale } from './build.mjs';
import { obtainRuntime, runtimeNotice } from './electron-runtime.mjs';
import { checkNode, surveyMachine } from './environment.mjs';
import { runWithoutDisplay } from './headless.mjs';
import { provideMachine } from './machine.mjs';
import { installPackages } from './packages.mjs';
import { createReport } from './report.mjs';
import { checkSandbox, openWindow, WINDOW_LOG } from './window.mjs';

const HELP = `npm start [-- --yes]
  --yes   install and start what is missing (listed first) without asking; CI=true does the same
`;

/** @param {import('./report.mjs').Report} report @param {boolean} yes @returns {Promise<number>} */
async function start(report, yes) {
  checkNode();
  await installPackages(report);
  await buildWhenStale(report);
  const runtime = await obtainRuntime(report);
  const machine = surveyMachine(yes);
  const notice = runtimeNotice(runtime);
  if (notice) report.say(`! ${notice}`);
  const engine = await provideMachine(
    { executable: runtime.executable, virtualDisplay: !machine.display, baseImage: true },
    machine,
    report,
  );
  const environment = { ...process.env, ...engine.environment };
  if (!machine.display) {
    if (!engine.found) {
      report.say('  Without a display, all that is done here is done on an engine. When one runs: npm start');
      return 1;
    }
    return runWithoutDisplay(runtime.executable, environment, { machine, report });
  }
  if (!engine.found) report.say('  The console opens without one and finds it as soon as it runs.');
  await checkSandbox(machine, report);
  report.say('The window opens. Ctrl+C here ends the console.');
  const code = await openWindow(runtime.executable, environment, machine);
  if (code !== 0) report.say(`The window ended with code ${code}; its messages are in ${WINDOW_LOG}.`);
  return code;
}

const { values } = parseArgs({
  options: { yes: { type: 'boolean', short: 'y' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) process.stdout.write(HELP);
else process.exitCode = await runToEnd(createReport(), values.yes ?? false);

/** @param {import('./report.mjs').Report} report @param {boolean} yes */
async function runToEnd(report, yes) {
  try {
    return await start(report, yes);
  } catch (error) {
    report.say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
