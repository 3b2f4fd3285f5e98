import { chmod, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ComposeBuild } from '../compose-file/model';
import { buildDigest } from './build-digest';

const OVER_THE_LIMIT_BYTES = 51 * 1024 * 1024;

describe('buildDigest', () => {
  let context: string;
  const at = (name: string) => join(context, name);
  const digest = (build: Partial<ComposeBuild> = {}, environment = {}) =>
    buildDigest({ context, ...build }, environment);

  beforeEach(async () => {
    context = await mkdtemp(join(tmpdir(), 'bz-digest-'));
    await writeFile(at('Dockerfile'), 'FROM a\n');
    await writeFile(at('.dockerignore'), 'notes\nDockerfile\n');
    await writeFile(at('main.js'), 'one');
  });
  afterEach(() => rm(context, { recursive: true }));

  it.each<[string, () => Promise<void>]>([
    ['a file', () => writeFile(at('main.js'), 'two')],
    ['a new file', () => writeFile(at('more.js'), '')],
    ['a missing file', () => rm(at('main.js'))],
    ['a mode', () => chmod(at('main.js'), 0o755)],
    ['a link', () => symlink('main.js', at('link.js'))],
    ['the Dockerfile, although ignored', () => writeFile(at('Dockerfile'), 'FROM b\n')],
  ])('changes with %s', async (_title, change) => {
    const before = await digest();
    await change();
    expect(await digest()).not.toBe(before);
  });

  it.each<[string, Partial<ComposeBuild>]>([
    ['an argument', { args: { A: '1' } }],
    ['the target', { target: 'first' }],
    ['an inline Dockerfile', { dockerfile_inline: 'FROM a\n' }],
  ])('changes with %s', async (_title, build) => {
    expect(await digest(build)).not.toBe(await digest());
  });

  it('takes an argument without a value from the environment', async () => {
    const build = { args: { A: null } };
    expect(await digest(build, { A: '1' })).not.toBe(await digest(build, { A: '2' }));
    expect(await digest(build, { A: '1' })).toBe(await digest({ args: { A: '1' } }));
  });

  it('stays the same for an ignored file, a touched file and another builder setting', async () => {
    const before = await digest();
    await writeFile(at('notes'), 'changed');
    await utimes(at('main.js'), 1, 1);
    expect(await digest({ no_cache: true, tags: ['b:1'] })).toBe(before);
  });

  it('is not made of a context over 50 MB', async () => {
    await truncate(at('main.js'), OVER_THE_LIMIT_BYTES);
    expect(await digest()).toBeNull();
  });

  it('is refused without a Dockerfile', async () => {
    await rm(at('Dockerfile'));
    await expect(digest()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
