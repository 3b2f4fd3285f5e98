/** `npm run dev`: the window with hot reload of the renderer and a restart on changes of main and preload. */
import path from 'node:path';
import { forgetBuild } from './build.mjs';
import { handOver } from './command.mjs';
import { obtainRuntime } from './electron-runtime.mjs';
import { checkNode, surveyMachine } from './environment.mjs';
import { SCREEN } from './headless.mjs';
import { installPackages } from './packages.mjs';
import { ROOT } from './paths.mjs';
import { createReport } from './report.mjs';
import { asPlainUser } from './window.mjs';

const report = createReport();
checkNode();
await installPackages(report);
const runtime = await obtainRuntime(report);
const machine = surveyMachine(false);
const vite = [
  process.execPath,
  path.join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'),
  'dev',
  '--watch',
];
await forgetBuild();
const display = machine.display ? [] : ['xvfb-run', '-a', '-s', `-screen 0 ${SCREEN}`];
const [program, ...parameters] = asPlainUser([...display, ...vite], machine.root);
process.exitCode = await handOver(program, parameters, {
  cwd: ROOT,
  env: { ...process.env, ELECTRON_EXEC_PATH: runtime.executable },
});
