/** `npm test [-- stage …]`: sets up what the suite needs, runs every stage even when one fails, and ends with the totals. */
import { mkdir, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { handOver } from './command.mjs';
import { checkNode, surveyMachine } from './environment.mjs';
import { OUT, ROOT } from './paths.mjs';
import { createReport, duration } from './report.mjs';
import { prepareTestMachine } from './test-machine.mjs';
import { chooseStages, testStages } from './test-stages.mjs';
import { readTotals } from './test-totals.mjs';

/** @typedef {import('./test-totals.mjs').Totals & { name: string, code: number, milliseconds: number, counted: boolean }} Outcome */

/**
 * @param {import('./test-stages.mjs').Stage} stage
 * @param {NodeJS.ProcessEnv} environment
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<Outcome>}
 */
async function runStage(stage, environment, report) {
  report.say(`\n── ${stage.name} ${'─'.repeat(60 - stage.name.length)}`);
  if (stage.results) await rm(stage.results, { force: true });
  const [program, ...parameters] = stage.command;
  const since = Date.now();
  const code = await handOver(program, parameters, { cwd: ROOT, env: environment });
  const milliseconds = Date.now() - since;
  const totals = stage.results ? await readTotals(stage.results) : null;
  // A check without tests of its own counts when it fails; so does a runner that fails with every test passed.
  const failed = Math.max(totals?.failed ?? 0, code === 0 ? 0 : 1);
  return {
    name: stage.name,
    code,
    milliseconds,
    passed: totals?.passed ?? 0,
    failed,
    counted: totals !== null,
  };
}

/** @param {Outcome} outcome */
function inOneLine({ name, passed, failed, milliseconds, counted }) {
  const tests = counted ? `${passed} passed, ${failed} failed` : '';
  return `${failed === 0 ? '✓' : '✗'} ${name.padEnd(14)}${duration(milliseconds).padStart(12)}  ${tests}`.trimEnd();
}

/**
 * @param {string[]} names
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<Outcome[]>}
 */
async function runAll(names, report) {
  checkNode();
  const stages = chooseStages(testStages(), names);
  await mkdir(OUT, { recursive: true });
  const machine = await prepareTestMachine(stages, surveyMachine(false), report);
  const outcomes = [];
  try {
    for (const stage of stages) outcomes.push(await runStage(stage, machine.environment, report));
  } finally {
    await machine.dispose();
  }
  return outcomes;
}

const { positionals } = parseArgs({ allowPositionals: true });
const report = createReport();
try {
  const since = Date.now();
  const outcomes = await runAll(positionals, report);
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  report.say('');
  for (const outcome of outcomes) report.say(inOneLine(outcome));
  report.say(`  ${'in all'.padEnd(14)}${duration(Date.now() - since).padStart(12)}\n`);
  report.say(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
} catch (error) {
  report.say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
