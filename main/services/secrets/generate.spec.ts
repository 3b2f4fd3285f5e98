import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ComposeFileObject, ComposeProject } from '../stacks/compose-file/model';
import { ensureSecrets } from './generate';
import { knownSecretValues } from './known';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function project(secrets: Record<string, ComposeFileObject>): ComposeProject {
  return {
    name: 'demo',
    directory: folder,
    files: [],
    services: {},
    networks: {},
    volumes: {},
    secrets,
    configs: {},
    extensions: {},
  };
}

function generated(name: string, bytes = 32): ComposeFileObject {
  return {
    name,
    file: join(folder, '.secrets', name),
    extensions: { 'x-bizosaas': { generate: { bytes } } },
  };
}

describe('ensureSecrets', () => {
  it('makes missing files for their owner alone', async () => {
    const definition = project({ a: generated('a', 16), b: generated('b') });
    expect(await ensureSecrets(definition)).toEqual({ generated: ['a', 'b'] });
    const file = await stat(join(folder, '.secrets', 'a'));
    const directory = await stat(join(folder, '.secrets'));
    expect([file.mode & 0o777, directory.mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await readFile(join(folder, '.secrets', 'a'), 'utf8')).toMatch(/^[0-9a-f]{32}$/);
    expect(await readdir(join(folder, '.secrets'))).toEqual(['a', 'b']);
  });

  it('never touches a file that exists', async () => {
    const path = join(folder, 'own');
    await writeFile(path, 'mine');
    await chmod(path, 0o640);
    const definition = project({ own: { ...generated('own'), file: path } });
    expect(await ensureSecrets(definition)).toEqual({ generated: [] });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('makes one value when many do it at once', async () => {
    const definition = project({ a: generated('a') });
    const runs = await Promise.all(Array.from({ length: 12 }, () => ensureSecrets(definition)));
    expect(runs.filter((run) => run.generated.length === 1)).toHaveLength(1);
  });

  it('leaves unmarked, external and inline secrets alone', async () => {
    const file = join(folder, 'given');
    const definition = project({
      given: { name: 'given', file, extensions: {} },
      outer: { name: 'outer', external: true, extensions: {} },
      inline: { name: 'inline', content: 'x', extensions: {} },
    });
    expect(await ensureSecrets(definition)).toEqual({ generated: [] });
    expect(await readdir(folder)).toEqual([]);
  });

  it('names the file that cannot be written', async () => {
    await writeFile(join(folder, '.secrets'), 'a file where a folder is needed');
    await expect(ensureSecrets(project({ a: generated('a') }))).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { what: join(folder, '.secrets', 'a') },
    });
  });
});

describe('knownSecretValues', () => {
  it('collects files, variables and inline contents, trimmed too', async () => {
    await writeFile(join(folder, 'given'), 'from-file\n');
    const definition = project({
      given: { name: 'given', file: join(folder, 'given'), extensions: {} },
      gone: { name: 'gone', file: join(folder, 'gone'), extensions: {} },
      inline: { name: 'inline', content: 'inline-value', extensions: {} },
      variable: { name: 'variable', environment: 'TOKEN', extensions: {} },
    });
    const values = await knownSecretValues(definition, { TOKEN: 'from-environment' });
    expect(new Set(values)).toEqual(
      new Set(['from-file\n', 'from-file', 'inline-value', 'from-environment']),
    );
  });
});
