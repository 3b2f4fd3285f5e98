/** known_hosts files as ssh-keygen reads and writes them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PresentedHostKey } from '../../main/services/hosts/ssh/face';
import { createHostTrust } from '../../main/services/hosts/trust';
import { fingerprintOf } from '../../main/services/hosts/trust/known-hosts';
import { sshTarget } from '../support/ssh-session';
import { createKey, type KeyFile } from '../support/sshd';

const execute = promisify(execFile);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const trust = createHostTrust({ log: quiet });

let folder = '';
let file = '';
let keys: Record<'ed25519' | 'ecdsa' | 'other', KeyFile>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sshtrust-files-'));
  keys = {
    ed25519: await createKey(join(folder, 'ed25519')),
    ecdsa: await createKey(join(folder, 'ecdsa'), { type: 'ecdsa' }),
    other: await createKey(join(folder, 'other')),
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  file = join(await mkdtemp(join(folder, 'case-')), 'known_hosts');
});

function presented({ publicLine }: KeyFile): PresentedHostKey {
  const [type = '', base64 = ''] = publicLine.split(' ');
  const blob = Buffer.from(base64, 'base64');
  return { type, blob, fingerprint: fingerprintOf(blob) };
}

const at = (host: string, port = 22, files = [file]) =>
  sshTarget(
    { host, port },
    { hostKeyName: port === 22 ? host : `[${host}]:${port}`, knownHostsFiles: files },
  );

const plain = ({ publicLine }: KeyFile) => publicLine.split(' ').slice(0, 2).join(' ');

/** Line numbers ssh-keygen finds for a name. */
async function foundByKeygen(name: string): Promise<number[]> {
  const answer = await execute('ssh-keygen', ['-F', name, '-f', file]).catch(() => ({ stdout: '' }));
  return [...answer.stdout.matchAll(/found: line (\d+)/g)].map(([, line]) => Number(line));
}

describe('known_hosts beside ssh-keygen', () => {
  const NAMES = [
    'box',
    'web.example.com',
    'deep.web.example.com',
    'bad.example.com',
    '[box]:2222',
    '10.0.0.7',
    '10.0.0.77',
    '[::1]:2222',
  ];

  const text = () =>
    [
      '# comment with box inside',
      `box,10.0.0.7 ${plain(keys.ed25519)} a comment`,
      `*.example.com,!bad.example.com ${plain(keys.ed25519)}`,
      `[box]:2222 ${plain(keys.ed25519)}`,
      '',
      `10.0.0.7? ${plain(keys.ed25519)}`,
      'box not-a-key AAAA',
      `[::1]:2222 ${plain(keys.ed25519)}`,
    ].join('\n');

  async function expectAgreement() {
    for (const name of NAMES) {
      const [, host = name, port = '22'] = /^\[(.*)\]:(\d+)$/.exec(name) ?? [];
      const verdict = await trust.verify(at(host, Number(port)), presented(keys.other));
      const ours = verdict.kind === 'changed' ? verdict.known.map(({ line }) => line) : [];
      expect(ours, name).toEqual(await foundByKeygen(name));
    }
  }

  it('finds the same lines for every name, plain', async () => {
    await writeFile(file, text());
    await expectAgreement();
  });

  it('finds the same lines after ssh-keygen hashed the names', async () => {
    // ssh-keygen refuses to hash a file with a line it can't read.
    await writeFile(file, text().replace(/^box not-a-key.*\n/m, ''));
    await execute('ssh-keygen', ['-H', '-f', file]);
    expect(await readFile(file, 'utf8')).toContain('|1|');
    await expectAgreement();
  });

  it('adds to a hashed file a hashed name that ssh-keygen finds, and keeps every byte before it', async () => {
    await writeFile(file, `box ${plain(keys.ed25519)}\n`);
    await execute('ssh-keygen', ['-H', '-f', file]);
    const before = await readFile(file, 'utf8');
    await trust.remember(at('fresh', 2200), presented(keys.ecdsa));
    const after = await readFile(file, 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect(after.slice(before.length)).toMatch(/^\|1\|\S+ ecdsa-sha2-nistp256 \S+\n$/);
    expect(await foundByKeygen('[fresh]:2200')).toEqual([2]);
    expect(await trust.verify(at('fresh', 2200), presented(keys.ecdsa))).toEqual({ kind: 'trusted' });
  });

  it('agrees with ssh-keygen on fingerprints', () => {
    for (const key of Object.values(keys)) expect(presented(key).fingerprint).toBe(key.fingerprint);
  });
});

describe('writing known_hosts', () => {
  it('makes folder and file for their owner alone, plain names, each key once', async () => {
    const fresh = join(folder, 'home/.ssh/known_hosts');
    const target = at('box', 22, [fresh]);
    await Promise.all(
      [keys.ed25519, keys.ed25519, keys.ecdsa].map((key) => trust.remember(target, presented(key))),
    );
    expect(await readFile(fresh, 'utf8')).toBe(`box ${plain(keys.ed25519)}\nbox ${plain(keys.ecdsa)}\n`);
    expect((await stat(fresh)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'home/.ssh'))).mode & 0o777).toBe(0o700);
    expect(await trust.knownTypes(target)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256']);
  });

  it('keeps mode, broken lines, foreign bytes and the kind of line end, and ends an unfinished line', async () => {
    const before = Buffer.concat([
      Buffer.from('# caf'),
      Buffer.from([0xe9]),
      Buffer.from('\r\nbroken |1| line'),
    ]);
    await writeFile(file, before, { mode: 0o644 });
    await trust.remember(at('box'), presented(keys.ed25519));
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    const after = await readFile(file);
    expect(after.subarray(0, before.length)).toEqual(before);
    expect(after.subarray(before.length).toString()).toBe(`\r\nbox ${plain(keys.ed25519)}\r\n`);
    expect(await readdir(join(file, '..'))).toEqual(['known_hosts']);
  });

  it('writes through a symbolic link instead of replacing it', async () => {
    const real = `${file}.real`;
    await writeFile(real, '');
    await symlink(real, file);
    await trust.remember(at('box'), presented(keys.ed25519));
    expect(await readFile(real, 'utf8')).toContain('box ssh-ed25519');
    expect((await stat(file)).ino).toBe((await stat(real)).ino);
  });

  it('leaves a device alone', async () => {
    const link = `${file}.null`;
    await symlink('/dev/null', link);
    await trust.remember(at('box', 22, [link]), presented(keys.ed25519));
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    expect(await readdir(join(file, '..'))).toEqual(['known_hosts.null']);
  });

  it('rejects instead of taking a key for unknown when a file cannot be read', async () => {
    await expect(trust.verify(at('box', 22, [folder]), presented(keys.ed25519))).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'host-key' },
      message: expect.stringContaining('EISDIR'),
    });
  });
});
