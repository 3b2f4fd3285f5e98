import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlatform } from '../platform';
import { EXIT, EXIT_CODE_HELP, exitCodeOf } from './exit-codes';
import { runProgram } from './program';
import { collectingTerminal } from './terminal.fixture';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'bizosaas-cli-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(...words: string[]) {
  const terminal = collectingTerminal();
  const facts = { stacksDirectory: path.join(directory, 'stacks'), version: '1.2.3' };
  const environment = {
    BIZOSAAS_HOME: directory,
    HOME: directory,
    DOCKER_HOST: 'unix:///nowhere/engine.sock',
  };
  const code = await runProgram(words, {
    version: '1.2.3',
    terminal,
    platform: async () => createPlatform({ ...facts, environment }),
  });
  return { code, out: terminal.written(), notes: terminal.noted() };
}

async function composeFile(text: string, name = 'compose.yaml'): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, text);
  return file;
}

describe('the command line', () => {
  it('lists every exit code in its help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(EXIT.OK);
    for (const number of Object.values(EXIT)) expect(out).toMatch(new RegExp(`^ {2}${number} `, 'm'));
    expect(out).toContain(EXIT_CODE_HELP.trim());
  });

  it('answers wrong usage with 3', async () => {
    expect((await run('config', '--bogus')).code).toBe(EXIT.USAGE);
    expect((await run('fly')).code).toBe(EXIT.USAGE);
    expect((await run('logs', '-n', 'many')).code).toBe(EXIT.USAGE);
  });

  it.each([
    ['an unknown command', ['fly'], "unknown command 'fly'"],
    ['an unknown option', ['config', '--bogus'], "unknown option '--bogus'"],
    ['a wrong value', ['logs', '-n', 'many'], 'A whole number of lines is needed.'],
    ['no command', [], 'A command is missing.'],
  ])('answers %s with one JSON document when asked for JSON', async (_what, words, message) => {
    const { code, out } = await run(...words, '--json');
    expect(code).toBe(EXIT.USAGE);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'INVALID_INPUT', message: expect.stringContaining(message) },
    });
  });

  it('prints the model of merged files, options before or after the name', async () => {
    const first = await composeFile('services: {web: {image: "x:$TAG"}}\n');
    const second = await composeFile('services: {web: {hostname: h}}\n', 'more.yaml');
    const variables = await composeFile('TAG=7\n', 'tags.env');
    const { code, out } = await run(
      '-f',
      first,
      'config',
      '-f',
      second,
      '-p',
      'mine',
      '--env-file',
      variables,
      '--json',
    );
    expect(code).toBe(EXIT.OK);
    expect(JSON.parse(out)).toMatchObject({
      name: 'mine',
      services: { web: { image: 'x:7', hostname: 'h' } },
    });
  });

  it('names the place of what is not applied', async () => {
    const file = await composeFile('services:\n  web:\n    image: x\n    links: []\n');
    expect((await run('config', '-f', file)).notes).toContain(
      `${file}:4:5: warning: services.web.links is not applied`,
    );
  });

  it('points at what is wrong in a file, also as JSON', async () => {
    const file = await composeFile('services:\n  web:\n    imge: x\n');
    const { code, out, notes } = await run('config', '-f', file, '--json');
    expect(code).toBe(EXIT.USAGE);
    expect(notes).toContain(`${file}:3:5: services.web has no attribute "imge"; "image" is one.`);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'INVALID_COMPOSE', data: { line: 3, column: 5 } },
    });
  });

  it('answers 5 when the engine cannot be reached', async () => {
    const file = await composeFile('services: {web: {image: x}}\n');
    expect((await run('plan', '-f', file)).code).toBe(EXIT.ENGINE_UNREACHABLE);
    expect((await run('doctor')).code).toBe(EXIT.ENGINE_UNREACHABLE);
  });

  it('goes as far as the engine to take a known stack down whose file is broken', async () => {
    await mkdir(path.join(directory, 'stacks/sandbox'), { recursive: true });
    await composeFile('name: bizosaas-sandbox\nservices: [\n', 'stacks/sandbox/compose.yaml');
    expect((await run('config', '--stack', 'sandbox')).code).toBe(EXIT.USAGE);
    expect((await run('down', '--yes', '--stack', 'sandbox')).code).toBe(EXIT.ENGINE_UNREACHABLE);
  });

  it('answers 3 for a stack or host that does not exist', async () => {
    const file = await composeFile('services: {web: {image: x}}\n');
    expect((await run('plan', '--stack', 'none')).code).toBe(EXIT.USAGE);
    expect((await run('plan', '-f', file, '--host', 'none')).code).toBe(EXIT.USAGE);
  });

  it('gives locks, cancels and failed checks codes of their own', () => {
    expect(exitCodeOf('APPLY_LOCKED')).toBe(6);
    expect(exitCodeOf('CANCELLED')).toBe(130);
    expect(exitCodeOf('PREFLIGHT_FAILED')).toBe(4);
    expect(exitCodeOf('APPLY_FAILED')).toBe(1);
  });
});
