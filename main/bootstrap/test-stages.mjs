/** The stages of `npm test`, in the order in which a mistake is cheapest to see. */
import path from 'node:path';
import { onPath } from './environment.mjs';
import { SCREEN } from './headless.mjs';
import { OUT, ROOT } from './paths.mjs';

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {[string, ...string[]]} command
 * @property {string} [results] JSON report of a test runner.
 * @property {boolean} [engine] Needs a Docker Engine.
 * @property {boolean} [window] Needs Electron and a display server.
 */

const node = process.execPath;
const tool = (/** @type {string} */ file) => path.join(ROOT, 'node_modules', file);
const report = (/** @type {string} */ name) => path.join(OUT, `test-${name}.json`);

/**
 * @param {string} name
 * @param {string[]} projects
 * @returns {Stage}
 */
function vitest(name, projects) {
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report(name)}`];
  return {
    name,
    command: [node, tool('vitest/vitest.mjs'), 'run', ...chosen, ...reporters],
    results: report(name),
  };
}

/** The specs keep root's rights where they have them (engines of their own); the window is always started without. */
function playwright() {
  const specs = [node, tool('@playwright/test/cli.js'), 'test'];
  return process.platform === 'linux' && onPath('Xvfb')
    ? ['xvfb-run', '-a', '-s', `-screen 0 ${SCREEN}`, ...specs]
    : specs;
}

/** @returns {Stage[]} */
export function testStages() {
  const [program = node, ...parameters] = playwright();
  return [
    { name: 'build', command: [node, tool('electron-vite/bin/electron-vite.js'), 'build'] },
    { name: 'format', command: [node, tool('@biomejs/biome/bin/biome'), 'check', '.'] },
    { name: 'types', command: ['npm', 'run', '-s', 'typecheck'] },
    { name: 'typed-lint', command: [node, tool('eslint/bin/eslint.js'), '.'] },
    {
      name: 'imports',
      command: [
        node,
        tool('dependency-cruiser/bin/dependency-cruise.mjs'),
        'main',
        'preload',
        'renderer',
        'stacks',
        'e2e',
      ],
    },
    { name: 'unused', command: [node, tool('knip/bin/knip.js')] },
    vitest('unit', ['unit', 'window']),
    { ...vitest('integration', ['integration']), engine: true },
    { name: 'package', command: [node, path.join(ROOT, 'main/bootstrap/package.mjs')], window: true },
    {
      name: 'e2e',
      command: [program, ...parameters],
      results: path.join(OUT, 'e2e-report.json'),
      engine: true,
      window: true,
    },
  ];
}

/**
 * @param {Stage[]} stages
 * @param {string[]} names Empty means all.
 */
export function chooseStages(stages, names) {
  const known = stages.map((stage) => stage.name);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0)
    throw new Error(`No such stage: ${strange.join(', ')}. There are: ${known.join(', ')}.`);
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}
