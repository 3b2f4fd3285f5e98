import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistryAuth, registryOf } from './registry-auth';

describe('registry credentials', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bz-auth-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function ask(config: unknown, reference: string): Promise<unknown> {
    await writeFile(join(directory, 'config.json'), JSON.stringify(config));
    const path = `${directory}:${process.env.PATH}`;
    const header = await createRegistryAuth(directory, { PATH: path })(reference);
    return header === null ? null : JSON.parse(Buffer.from(header, 'base64url').toString());
  }

  it.each([
    ['redis', 'https://index.docker.io/v1/'],
    ['docker.io/library/redis', 'https://index.docker.io/v1/'],
    ['ghcr.io/a/b:1', 'ghcr.io'],
    ['localhost:5000/a', 'localhost:5000'],
  ])('finds the registry of %s', (reference, registry) => {
    expect(registryOf(reference)).toBe(registry);
  });

  it('reads what docker login stored, colons in the password included', async () => {
    const auths = { 'ghcr.io': { auth: Buffer.from('me:pass:word').toString('base64') } };
    expect(await ask({ auths }, 'ghcr.io/a/b')).toEqual({
      username: 'me',
      password: 'pass:word',
      serveraddress: 'ghcr.io',
    });
    expect(await ask({ auths }, 'quay.io/a/b')).toBeNull();
  });

  it.each(['p', 'pp', 'ppp', '?>?>?>'])(
    'pads what it sends, as the engine wants it: %s',
    async (password) => {
      const auths = { 'ghcr.io': { auth: Buffer.from(`me:${password}`).toString('base64') } };
      await writeFile(join(directory, 'config.json'), JSON.stringify({ auths }));
      const header = (await createRegistryAuth(directory, {})('ghcr.io/a/b')) ?? '';
      expect(header).toMatch(/^[\w-]+={0,2}$/);
      expect(header.length % 4).toBe(0);
    },
  );

  it('asks the credential helper, and goes on without one that fails', async () => {
    const helper = join(directory, 'docker-credential-test');
    await writeFile(
      helper,
      '#!/bin/sh\nread -r host\necho "{\\"Username\\":\\"$host\\",\\"Secret\\":\\"s\\"}"\n',
    );
    await chmod(helper, 0o755);
    const config = { credHelpers: { 'ghcr.io': 'test', 'quay.io': 'missing' } };
    expect(await ask(config, 'ghcr.io/a')).toMatchObject({ username: 'ghcr.io', password: 's' });
    expect(await ask(config, 'quay.io/a')).toBeNull();
  });

  it('answers nothing without a readable configuration', async () => {
    expect(await createRegistryAuth(join(directory, 'none'), {})('ghcr.io/a')).toBeNull();
    expect(await ask('nonsense', 'ghcr.io/a')).toBeNull();
  });
});
