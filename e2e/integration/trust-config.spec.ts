/** The two ways to effective values, the ssh command and our own reading of the files, hold the same. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSshConfig } from '../../main/adapters/ssh-config';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sshtrust-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Case {
  what: string;
  /** `DIR` stands for the test's folder. */
  files: Record<string, string>;
  destinations: string[];
}

const CASES: Case[] = [
  { what: 'no file at all', files: { config: '' }, destinations: ['example.com', 'me@example.com:2222'] },
  {
    what: 'first value wins, wildcards, negation',
    files: {
      config: [
        'Host web-?? !web-99',
        '  User deploy',
        '  Port 2200',
        'Host web-*',
        '  User other',
        '  HostName %h.example.net',
        'Host *',
        '  User fallback',
        '  ServerAliveInterval 2',
        '  ServerAliveCountMax 5',
      ].join('\n'),
    },
    destinations: ['web-01', 'web-99', 'web-123', 'db', 'me@web-01', 'web-01:22'],
  },
  {
    what: 'settings before any Host, odd spelling, equals signs, quotes, comments, CRLF',
    files: {
      config:
        'uSeR = global\r\nHOST "quoted name" plain # not a comment sign here\r\n\tport=2022\r\n# comment\r\n  IdentityFile "DIR/with space"\r\n',
      'with space': 'key',
    },
    destinations: ['plain', 'other'],
  },
  {
    what: 'Include in its place, with a pattern, inside a Host block',
    files: {
      config: 'Include DIR/parts/*.conf\nHost a\n  Include DIR/only-a\nHost *\n  Port 3\n  User late\n',
      'parts/10.conf': 'Host a b\n  HostName from-10\n',
      'parts/20.conf': 'Host b\n  HostName never\n  Port 20\n',
      'only-a': 'User inside\nPort 7\n',
    },
    destinations: ['a', 'b', 'c'],
  },
  {
    what: 'identity files gather and expand',
    files: {
      config: [
        'Host a',
        '  IdentityFile DIR/keys/%h-%r-%p-%u',
        '  IdentityFile DIR/keys/second',
        '  IdentityFile DIR/keys/missing',
        '  IdentitiesOnly yes',
        'Host *',
        '  User joe',
        '  Port 2020',
        '  HostName real',
        '  IdentityFile DIR/keys/third',
      ].join('\n'),
      [`keys/real-joe-2020-${userInfo().username}`]: '',
      'keys/second': '',
      'keys/third': '',
    },
    destinations: ['a', 'b', 'jane@a'],
  },
  {
    what: 'jumps, chains, their own ways, none',
    files: {
      config: [
        'Host far',
        '  ProxyJump near,me@middle:2200',
        'Host near',
        '  HostName 10.0.0.1',
        '  ProxyJump gate',
        'Host gate',
        '  User keeper',
        'Host middle',
        '  ProxyJump ignored',
        'Host direct',
        '  ProxyJump none',
        'Host late',
        '  ProxyCommand nc %h %p',
        'Host *',
        '  User joe',
      ].join('\n'),
    },
    destinations: ['far', 'near', 'direct', 'late'],
  },
  {
    what: 'known_hosts files, alias of the key, time limits, agent',
    files: {
      config: [
        'Host a',
        '  UserKnownHostsFile DIR/one "DIR/two words"',
        '  GlobalKnownHostsFile none',
        '  HostKeyAlias Vault.Example',
        '  ConnectTimeout 7',
        '  IdentityAgent DIR/agent.sock',
        'Host b',
        '  UserKnownHostsFile none',
        '  GlobalKnownHostsFile DIR/system',
        '  IdentityAgent none',
        '  ConnectTimeout 1m30s',
        '  ServerAliveInterval 60',
        'Host c',
        '  IdentityAgent $MY_AGENT',
        '  CertificateFile DIR/cert.pub',
      ].join('\n'),
    },
    destinations: ['a', 'b', 'c', 'A.Upper', 'c:2222', '[::1]:2222', '::1'],
  },
  {
    what: 'Match blocks that need no program',
    files: {
      config: [
        'Match originalhost special*',
        '  HostName inner',
        'Match host inner user deploy',
        '  Port 2001',
        'Match user deploy',
        '  IdentitiesOnly yes',
        `Match localuser ${userInfo().username} !originalhost special1`,
        '  ConnectTimeout 3',
        'Match all',
        '  User last',
      ].join('\n'),
    },
    destinations: ['special1', 'deploy@special2', 'deploy@plain', 'plain'],
  },
];

async function write(files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text.replaceAll('DIR', folder));
  }
  return join(folder, 'config');
}

const environment = { PATH: process.env.PATH, SSH_AUTH_SOCK: '/run/agent', MY_AGENT: '/run/mine' };

async function both(files: Record<string, string>) {
  const configFile = await write(files);
  // The ssh command takes `~` from the account, whatever HOME says.
  const common = { environment, homeDirectory: userInfo().homedir, configFile };
  return { asked: createSshConfig(common), read: createSshConfig({ ...common, client: null }) };
}

describe('effective values', () => {
  it.each(CASES)('$what', async ({ files, destinations }) => {
    const { asked, read } = await both(files);
    for (const destination of destinations)
      expect(await read.resolve(destination), destination).toEqual(await asked.resolve(destination));
  });

  it('names the place of a line the ssh command refuses', async () => {
    const { asked } = await both({ config: 'Host a\n  Bogus yes\n' });
    await expect(asked.resolve('a')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      data: { field: `${folder}/config:2`, detail: 'Bad configuration option: bogus' },
    });
  });

  it('refuses jumps that lead in a circle, either way', async () => {
    const { asked, read } = await both({ config: 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n' });
    for (const config of [asked, read])
      await expect(config.resolve('a')).rejects.toMatchObject({ code: 'INVALID_INPUT', message: /circle/ });
  });

  it('never hands words to the ssh command that could be an option', async () => {
    const { asked } = await both({ config: '' });
    for (const words of ['-oProxyCommand=touch evil', 'ssh://-F/etc/passwd', '-l@host', 'a b', 'user@-host'])
      await expect(asked.resolve(words), words).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
