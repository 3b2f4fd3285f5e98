/** Private keys of every kind in every form, each signing in for real. */

import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { containing } from '../support/matchers';
import { openSshSession, person, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';

const FORMS = [
  ['ed25519', 'OpenSSH'],
  ['ed25519', 'PKCS8'],
  ['ecdsa', 'OpenSSH'],
  ['ecdsa', 'PEM'],
  ['ecdsa', 'PKCS8'],
  ['rsa', 'OpenSSH'],
  ['rsa', 'PEM'],
  ['rsa', 'PKCS8'],
] as const;
const FIRST_LINES = {
  OpenSSH: () => 'BEGIN OPENSSH PRIVATE KEY',
  PEM: (type: string) => (type === 'rsa' ? 'BEGIN RSA PRIVATE KEY' : 'BEGIN EC PRIVATE KEY'),
  PKCS8: () => 'PRIVATE KEY',
};

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ maxAuthTries: 3 });
});
afterAll(() => sshd[Symbol.asyncDispose]());

const signedIn = (session: SshSession) =>
  session.link.report().hops.find(({ hop }) => hop === 'sign-in')?.finding;

async function failureWith(path: string, passphrases: string[]) {
  const prompts = person({ passphrases });
  await using session = openSshSession(sshTarget(sshd, { identityFiles: [path] }), { prompts });
  return await session.run('true', []).then(
    () => null,
    (error: unknown) => error,
  );
}

describe.each(FORMS)('a key of %s in the form of %s', (type, format) => {
  it('signs in', async () => {
    const { path } = await sshd.addKey({ type, format });
    expect((await readFile(path, 'utf8')).split('\n')[0]).toContain(FIRST_LINES[format](type));
    const prompts = person();
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [path] }), { prompts });
    await session.run('true', []);
    expect(prompts.asked).toHaveLength(1);
    expect(signedIn(session)).toBe(`Signed in with key ${path}.`);
  });

  it('signs in with its passphrase, asked for again when it was wrong and never after that', async () => {
    const { path } = await sshd.addKey({ type, format, passphrase: 'right' });
    const prompts = person({ passphrases: ['wrong', 'right'] });
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [path] }), { prompts });
    await session.run('true', []);
    expect(prompts.asked.slice(1)).toEqual([`passphrase ${path} 1`, `passphrase ${path} 2`]);
    expect(prompts.refusals).toEqual(['passphrase']);
    expect(signedIn(session)).toBe(`Signed in with key ${path}.`);
    session.renew('test');
    await session.run('true', []);
    expect(prompts.asked).toHaveLength(3);
  });

  it('is given up after three wrong passphrases, and on a no', async () => {
    const { path } = await sshd.addKey({ type, format, passphrase: 'right' });
    expect(await failureWith(path, ['a', 'b', 'c'])).toMatchObject({
      code: 'AUTH_REQUIRED',
      data: { tried: [`key ${path} (the passphrase was wrong)`] },
    });
    expect(await failureWith(path, [])).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a key that can not be used', () => {
  it.each([
    ['of a kind SSH has not', 'ed448', 'SSH has no keys of the type ed448'],
    ['that is cut off', 'ed25519', 'the file is damaged'],
  ] as const)('%s is said with its reason', async (what, kind, reason) => {
    const { privateKey } = kind === 'ed448' ? generateKeyPairSync('ed448') : generateKeyPairSync('ed25519');
    const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const path = `${sshd.directory}/unusable-${kind}`;
    await writeFile(path, what === 'that is cut off' ? text.replace(/\n.{20}/, '\n') : text, { mode: 0o600 });
    expect(await failureWith(path, [])).toMatchObject({
      code: 'AUTH_REQUIRED',
      data: { detail: containing(`${path} can't be used: ${reason}.`) },
    });
  });
});
