/** What our own reading of the files does alone; its agreement with the ssh command is held in e2e/integration. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSshConfig } from './index';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bz-ssh-config-'));
  await mkdir(join(home, '.ssh/conf.d'), { recursive: true });
});
afterEach(() => rm(home, { recursive: true }));

const write = (name: string, ...lines: string[]) =>
  writeFile(join(home, '.ssh', name), `${lines.join('\n')}\n`);
const config = (platform: NodeJS.Platform = 'linux', environment = {}, pipes: string[] = []) =>
  createSshConfig({
    environment,
    listPipes: async () => pipes,
    homeDirectory: home,
    platform,
    client: null,
    configFile: join(home, '.ssh/config'),
  });

describe('aliases', () => {
  it('are the names of Host lines without patterns, included files too, with where they lead', async () => {
    await write(
      'config',
      'Include conf.d/*',
      'Host web db !no *.x',
      '  User deploy',
      'Host web',
      '  Port 2200',
      'Match all',
    );
    await write('conf.d/10', 'Host vps', '  HostName 203.0.113.7', '  User root');
    expect(await config().aliases()).toEqual([
      { alias: 'vps', description: 'root@203.0.113.7' },
      { alias: 'web', description: 'deploy@web:2200' },
      { alias: 'db', description: 'deploy@db' },
    ]);
  });

  it('are none without a file', async () => {
    expect(await config().aliases()).toEqual([]);
  });

  it('reject with the file that cannot be read', async () => {
    await write('config', 'Include conf.d');
    await expect(config().aliases()).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      data: { field: join(home, '.ssh/conf.d') },
    });
  });

  it('reject for files that include each other', async () => {
    await write('config', 'Include config');
    await expect(config().aliases()).rejects.toMatchObject({
      message: expect.stringContaining('include each other'),
    });
  });
});

describe('a destination', () => {
  it('offers the usual keys that are there, in their order, and the usual known_hosts files', async () => {
    await write('id_ed25519');
    await write('id_rsa');
    const target = await config('linux', { SSH_AUTH_SOCK: '/run/agent' }).resolve('me@box:2222');
    expect(target).toMatchObject({
      alias: 'box',
      host: 'box',
      port: 2222,
      user: 'me',
      identityFiles: [join(home, '.ssh/id_rsa'), join(home, '.ssh/id_ed25519')],
      identitiesOnly: false,
      agent: '/run/agent',
      hostKeyName: '[box]:2222',
      connectTimeoutMs: 10_000,
      jumps: [],
      unsupported: [],
    });
    expect(target.knownHostsFiles[0]).toBe(join(home, '.ssh/known_hosts'));
  });

  it('is noticed to be lost within fifteen seconds whatever the interval', async () => {
    await write(
      'config',
      'Host slow',
      '  ServerAliveInterval 300',
      'Host quick',
      '  ServerAliveInterval 1',
      '  ServerAliveCountMax 9',
    );
    for (const alias of ['slow', 'quick', 'unset']) {
      const { keepaliveIntervalMs, keepaliveCountMax } = await config().resolve(alias);
      expect(keepaliveIntervalMs * (keepaliveCountMax + 1), alias).toBeLessThan(15_000);
    }
  });

  it('says what cannot be honoured', async () => {
    await write(
      'config',
      'Match exec "true"',
      '  User never',
      'Host *',
      '  ProxyCommand nc %h %p',
      '  CertificateFile ~/.ssh/c.pub',
      '  PKCS11Provider /lib/p.so',
      '  KnownHostsCommand /bin/k',
    );
    const { unsupported, user } = await config().resolve('box');
    expect(user).not.toBe('never');
    for (const word of [
      'Match exec',
      'ProxyCommand',
      'CertificateFile',
      'PKCS11Provider',
      'KnownHostsCommand',
    ])
      expect(unsupported.join('\n')).toContain(word);
  });

  it('is never written about into a file of the system', async () => {
    await write('config', 'UserKnownHostsFile none');
    const { knownHostsFiles } = await config().resolve('box');
    expect(knownHostsFiles[0]).toBe('/dev/null');
  });

  it('refuses a port that is none', async () => {
    await write('config', 'Port many');
    await expect(config().resolve('box')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('the agents of an account', () => {
  const PIPES = '\\\\.\\pipe\\';
  const OPENSSH = `${PIPES}openssh-ssh-agent`;
  const me = userInfo().username;
  const mine = `pageant.${me}.0a1b`;
  const agents = async (environment: Record<string, string>, ...pipes: string[]) => {
    const { agent, furtherAgents } = await config('win32', environment, pipes).resolve('box');
    return [agent, ...(furtherAgents ?? [])];
  };

  it('are none but the one of the socket, anywhere', async () => {
    expect(await config('linux', {}, [mine]).resolve('box')).toMatchObject({
      agent: null,
      furtherAgents: [],
    });
    expect(await agents({ SSH_AUTH_SOCK: '/run/agent' }, mine)).toEqual(['/run/agent']);
  });

  it('are those of OpenSSH and Pageant on Windows, in this order, as far as they are there', async () => {
    expect(await agents({}, 'another-pipe')).toEqual([OPENSSH]);
    expect(await agents({}, mine)).toEqual([`${PIPES}${mine}`]);
    expect(await agents({}, mine, 'openssh-ssh-agent')).toEqual([OPENSSH, `${PIPES}${mine}`]);
    const upper = `pageant.${me.toUpperCase()}.ff`;
    expect(await agents({}, upper, 'openssh-ssh-agent', mine)).toEqual([
      OPENSSH,
      ...[upper, mine].toSorted().map((pipe) => `${PIPES}${pipe}`),
    ]);
  });

  it('are never those of another user', async () => {
    const others = [`pageant.${me}.smith.0a1b`, `pageant.x${me}.0a1b`, `pageant.${me}.`, `pageant.${me}`];
    expect(await agents({}, ...others, `${mine}.log`, `x${mine}`)).toEqual([OPENSSH]);
  });

  it('are what the configuration says, whatever else is there', async () => {
    await write('config', `IdentityAgent ${PIPES}chosen`, 'Host *', '  IdentityAgent none');
    expect(await agents({ SSH_AUTH_SOCK: '/run/agent' }, mine)).toEqual([expect.stringContaining('chosen')]);
    await write('config', 'IdentityAgent none');
    expect(await agents({}, mine)).toEqual([null]);
  });

  it('are asked all the same where the pipes can not be listed', async () => {
    const listPipes = () => Promise.reject(new Error('EPERM'));
    const unlisted = createSshConfig({
      ...{ environment: {}, homeDirectory: home, client: null },
      platform: 'win32',
      listPipes,
    });
    expect((await unlisted.resolve('box')).agent).toBe(OPENSSH);
  });
});
