import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOM = import.meta.dirname;
const SCRIPT = `
const path = require('node:path');
function said(word) { return word + ' in ' + path.basename(__dirname) + ' ' + path.basename(__filename); }
console.log(process.argv.slice(2).map(said).join());
`;
const run = promisify(execFile);
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'code-cache-'));
  file = join(folder, 'script.cjs');
  writeFileSync(file, SCRIPT);
  const launcher = `import { startScript } from '${pathToFileURL(join(ROOM, 'script.mjs'))}'; startScript('${file}');`;
  writeFileSync(join(folder, 'launcher.mjs'), launcher);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function start(...flags: string[]): Promise<string> {
  const ended = await run(process.execPath, [...flags, join(folder, 'launcher.mjs'), 'word']);
  expect(ended.stderr, 'what V8 says of a flag that it does not know').toBe('');
  return ended.stdout;
}

const expected = () => `word in ${folder.split('/').at(-1)} script.cjs\n`;

describe('a script', () => {
  it('starts without a code cache', async () => {
    expect(await start()).toBe(expected());
  });

  it('starts with the one that was recorded, which runs it too', async () => {
    const recorded = await run(process.execPath, [join(ROOM, 'record.mjs'), file, 'word']);
    expect(recorded.stdout).toBe(expected());
    // The compiled code is run, not the source: only its length is compared.
    writeFileSync(file, SCRIPT.replace("' in '", "' IN '"));
    expect(await start()).toBe(expected());
    expect(await start('--enable-source-maps')).toContain('word IN');
  });

  it('runs once when a script that it requires requires it', async () => {
    const second = join(folder, 'second.cjs');
    writeFileSync(second, `console.log(require('./script.cjs').word);`);
    writeFileSync(file, `console.log('runs'); exports.word = 'known'; require('./second.cjs');`);
    const printed = 'runs\nknown\n';
    expect(await start()).toBe(printed);
    expect((await run(process.execPath, [join(ROOM, 'record.mjs'), file])).stdout).toBe(printed);
    expect(await start()).toBe(printed);
  });

  it.each([
    ['torn', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['overwritten', (bytes: Buffer) => Buffer.from(bytes).fill(0, 64, bytes.length - 64)],
    ['empty', () => Buffer.alloc(0)],
  ])('starts with a cache that is %s', async (_, damage) => {
    await run(process.execPath, [join(ROOM, 'record.mjs'), file, 'word']);
    writeFileSync(`${file}.cache`, damage(readFileSync(`${file}.cache`)));
    expect(await start()).toBe(expected());
  });

  it('starts with a cache that another V8 made', async () => {
    await run(process.execPath, ['--no-opt', join(ROOM, 'record.mjs'), file, 'word']);
    expect(await start()).toBe(expected());
  });
});
