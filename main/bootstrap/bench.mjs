/**
 * `npm run bench -- <name> [--json]`: prepares the machine, runs `e2e/bench/<name>.bench.ts` (or .mjs), prints its table or
 * JSON, keeps both in out/, and exits 1 when a target is missed.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { buildWhenStale } from './build.mjs';
import { checkNode, surveyMachine } from './environment.mjs';
import { SCREEN } from './headless.mjs';
import { COMMAND_LINE, OUT, ROOT } from './paths.mjs';
import { createReport } from './report.mjs';
import { prepareTestMachine } from './test-machine.mjs';
import { withTypeScript } from './type-script.mjs';
import { asPlainUser } from './window.mjs';

/**
 * @typedef {object} BenchContext What a bench is called with.
 * @property {string} electron The runtime's executable.
 * @property {string} cli The built command line, to be run by Node.
 * @property {{ docker: string, configDirectory: string } | null} reference The docker command line with compose v2.
 * @property {string[]} launcher Words before a program that shows a window: the plain user's name space.
 *
 * @typedef {{ name: string, met: boolean }} Result With the figures of statistics.mjs.
 * @typedef {(context: BenchContext) => Promise<Result[]>} Bench
 */

const BENCHES = path.join(ROOT, 'e2e/bench');
/** Benches that show a window. */
const WITH_WINDOW = new Set(['window', 'idle']);
const SUFFIX = /\.bench\.(ts|mjs)$/;

/** @param {string | undefined} name */
async function findBench(name) {
  const files = (await readdir(BENCHES)).filter((file) => SUFFIX.test(file));
  const file = files.find((each) => each.replace(SUFFIX, '') === name);
  if (!file) {
    const names = files.map((each) => each.replace(SUFFIX, '')).join(', ');
    throw new Error(`Which bench? npm run bench -- <name> [--json], with one of: ${names}.`);
  }
  return path.join(BENCHES, file);
}

/** @param {string} name @param {boolean} json @returns {Promise<Result[]>} */
async function runBench(name, json) {
  // With --json, standard output is for the result alone.
  const report = createReport(json ? process.stderr : process.stdout);
  const file = await findBench(name);
  const machine = await prepareTestMachine(
    [{ name, command: ['true'], engine: true, window: true }],
    surveyMachine(false),
    report,
  );
  try {
    await buildWhenStale(report);
    if (WITH_WINDOW.has(name) && !surveyMachine(false).display) return await onVirtualDisplay();
    Object.assign(process.env, machine.environment);
    return await withTypeScript(async (load) => {
      /** @type {{ default: Bench }} */
      const { default: bench } = await load(file);
      return bench(contextFrom(machine.environment));
    });
  } finally {
    await machine.dispose();
  }
}

/** The same bench again, under a display that nobody sees. @returns {Promise<Result[]>} */
async function onVirtualDisplay() {
  const again = [process.execPath, ...process.argv.slice(1).filter((word) => word !== '--json'), '--json'];
  const { stdout } = await promisify(execFile)('xvfb-run', [
    '-a',
    '-s',
    `-screen 0 ${SCREEN}`,
    ...again,
  ]).catch(
    // Exit code 1 is a missed target: the results are there all the same.
    (error) => {
      if (!error.stdout) throw error;
      return error;
    },
  );
  return JSON.parse(stdout);
}

/** @param {NodeJS.ProcessEnv} environment @returns {BenchContext} */
function contextFrom({
  CONSOLE_ELECTRON,
  CONSOLE_REFERENCE_DOCKER: docker,
  CONSOLE_REFERENCE_CONFIG: configDirectory,
}) {
  return {
    electron: CONSOLE_ELECTRON ?? '',
    cli: COMMAND_LINE,
    reference: docker && configDirectory && existsSync(docker) ? { docker, configDirectory } : null,
    launcher: asPlainUser([], process.getuid?.() === 0).filter((word) => word !== ''),
  };
}

/** @param {string} name @param {Result[]} results @param {boolean} json */
async function show(name, results, json) {
  const { formatTable } = await import(pathToFileURL(path.join(BENCHES, 'statistics.mjs')).href);
  const text = `${JSON.stringify(results, null, 2)}\n`;
  await mkdir(OUT, { recursive: true });
  await writeFile(path.join(OUT, `bench-${name}.json`), text);
  await writeFile(path.join(OUT, `bench-${name}.txt`), `${formatTable(results)}\n`);
  process.stdout.write(json ? text : `${formatTable(results)}\n`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
try {
  checkNode();
  const name = positionals[0] ?? '';
  const results = await runBench(name, values.json);
  await show(name, results, values.json);
  process.exitCode = results.every((result) => result.met) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
