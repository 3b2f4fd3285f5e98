import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('with-secrets.sh', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'with-secrets-'));
afterAll(() => rmSync(directory, { recursive: true }));

const environmentWith = (variables: Record<string, string>) => ({
  PATH: process.env.PATH,
  SECRETS_DIRECTORY: directory,
  ...variables,
});

function resolved(name: string, variables: Record<string, string>): string {
  const command = `printf %s "$${name}"`;
  return execFileSync('sh', [script, 'sh', '-c', command], {
    env: environmentWith(variables),
    encoding: 'utf8',
  });
}

describe('with-secrets.sh', () => {
  it('gives the content of a secret, or of a file by its path', () => {
    writeFileSync(join(directory, 'jwt'), 'line one\nline two\n');
    expect(resolved('JWT_SECRET', { FROM_SECRET_JWT_SECRET: 'jwt' })).toBe('line one\nline two');
    expect(resolved('KEY', { FROM_SECRET_KEY: join(directory, 'jwt') })).toBe('line one\nline two');
  });

  it('percent-encodes what would break an address', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ09@:/?#%&+ é🙂"\'$`\\*{}~-') }), (secret) => {
        writeFileSync(join(directory, 'password'), secret);
        const url = resolved('URL', { URL_FROM_SECRET_URL: 'postgresql://u:{password}@h:5432/{password}' });
        const [, first = '?', second = '?'] = /^postgresql:\/\/u:([^@/:]*)@h:5432\/(.*)$/.exec(url) ?? [];
        expect([first, second].map(decodeURIComponent)).toEqual([secret, secret]);
      }),
      { numRuns: 15 },
    );
  });

  it('leaves what needs no encoding as it is: an ini file would trip over a percent sign', () => {
    writeFileSync(join(directory, 'password'), '0123456789abcdef');
    expect(resolved('URL', { URL_FROM_SECRET_URL: 'a://b:{password}@c' })).toBe('a://b:0123456789abcdef@c');
  });

  it('does not start the command without the secret, and says which is missing', () => {
    const env = environmentWith({ URL_FROM_SECRET_URL: 'a://{nowhere}@b' });
    const { status, stdout, stderr } = spawnSync('sh', [script, 'echo', 'started'], {
      env,
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('nowhere');
  });
});
