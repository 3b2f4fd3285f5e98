/** The command line against a real sshd: what it asks, what it remembers, what it says when nobody is there. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../main/cli/exit-codes';
import { runProgram } from '../../main/cli/program';
import type { Terminal } from '../../main/cli/terminal';
import { collectingTerminal } from '../../main/cli/terminal.fixture';
import { createPlatform } from '../../main/platform';
import { hashName } from '../../main/services/hosts/trust/known-hosts';
import { programsWithout } from '../support/programs-without';
import { type KeyFile, knownHostsLine, type Sshd, startSshd } from '../support/sshd';

const PASSPHRASE = 'correct horse battery 7193';

let server: Sshd;
let key: KeyFile;
let locked: KeyFile;
let home = '';

beforeAll(async () => {
  server = await startSshd();
  key = await server.addKey();
  locked = await server.addKey({ passphrase: PASSPHRASE });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sshtrust-cli-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const knownHosts = () => join(home, '.ssh/known_hosts');

async function configure(identity: KeyFile, further: string[] = []): Promise<void> {
  await mkdir(join(home, '.ssh'), { mode: 0o700 });
  const lines = [
    `Host box ${server.host}`,
    `  HostName ${server.host}`,
    `  Port ${server.port}`,
    `  User ${server.user}`,
    `  IdentityFile ${identity.path}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    ...further,
  ];
  await writeFile(join(home, '.ssh/config'), `${lines.join('\n')}\n`);
}

async function run(words: string[], facts: Partial<Terminal> = {}) {
  const terminal = collectingTerminal({ now: Date.now, ...facts });
  const environment = { PATH: process.env.PATH, BIZOSAAS_HOME: join(home, 'console') };
  const platform = {
    ...createPlatform({ stacksDirectory: 'stacks', version: '0', environment }),
    homeDirectory: home,
  };
  const code = await runProgram(words, { version: '0', terminal, platform: async () => platform });
  const log = await readFile(join(platform.logDirectory, 'console.log'), 'utf8').catch(() => '');
  return { code, out: terminal.written(), notes: terminal.noted(), log };
}

/** A person who says yes to a key and knows the passphrase. */
function person(): Partial<Terminal> & { asked: string[] } {
  const asked: string[] = [];
  const answer = (text: string) => async (question: string) => {
    asked.push(question);
    return text;
  };
  return { asked, interactive: true, ask: answer('yes'), askSecret: answer(PASSPHRASE) };
}

describe('signing in from the command line', () => {
  it('without a terminal says which key is unknown, sends nothing and leaves with 7', async () => {
    await configure(key);
    const { code, notes } = await run(['plan', '--host', 'box', '-f', 'stacks/sandbox/compose.yaml']);
    expect(code).toBe(EXIT.SIGN_IN_NEEDED);
    expect(notes).toContain(server.hostKeys[0]?.fingerprint);
    expect(notes).toContain('on a terminal');
    expect(server.counts.signIns).toBe(0);
    await expect(stat(knownHosts())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('asks for the key once, shows every hop, and does not ask again', async () => {
    await configure(key);
    const someone = person();
    const first = await run(['doctor', '--host', 'box'], someone);
    expect(first.out).toMatch(/pass {2}sign-in root@127\.0\.0\.1:\d+: .*\(\d+ ms\)/);
    expect(first.out).toMatch(/pass {2}engine: Docker/);
    expect(someone.asked).toEqual(['Is this the key of that machine? Type yes or no: ']);
    const line = knownHostsLine(server, server.hostKeys[0]?.publicLine ?? '');
    expect(await readFile(knownHosts(), 'utf8')).toBe(line);
    expect((await stat(knownHosts())).mode & 0o777).toBe(0o600);
    const second = await run(['doctor', '--host', 'box']);
    expect(second.out).toMatch(/pass {2}engine: Docker/);
  });

  it('asks for a passphrase, and the log holds nothing of it', async () => {
    await configure(locked);
    const someone = person();
    const { code, out, log } = await run(['doctor', '--host', 'box'], someone);
    expect(out).toMatch(/pass {2}engine: Docker/);
    expect(someone.asked.at(-1)).toBe(`Passphrase of ${locked.path}: `);
    expect(log).toContain('connected');
    expect(log).not.toContain(PASSPHRASE);
    expect(code).not.toBe(EXIT.SIGN_IN_NEEDED);
  });

  it('blocks a changed key and names both fingerprints', async () => {
    await configure(key);
    const other = await server.addKey({ authorize: false });
    await writeFile(knownHosts(), knownHostsLine(server, other.publicLine));
    const signIns = server.counts.signIns;
    const { code, notes, out } = await run(['doctor', '--host', 'box'], person());
    expect(code).toBe(EXIT.SIGN_IN_NEEDED);
    expect(`${notes}${out}`).toContain(other.fingerprint);
    expect(`${notes}${out}`).toContain(server.hostKeys[0]?.fingerprint);
    expect(server.counts.signIns).toBe(signIns);
  });

  it.each([
    ['an alias', ['  HostKeyAlias Shop-Key'], 'shop-key', false],
    ['its address and port', [], null, false],
    ['a hashed name', ['  HostKeyAlias Shop-Key'], 'shop-key', true],
  ])(
    'advises a command that removes a changed key which is on file under %s',
    async (_what, lines, alias, hashed) => {
      await configure(key, lines);
      const other = await server.addKey({ authorize: false });
      const name = alias ?? `[${server.host}]:${server.port}`;
      const [type, blob] = other.publicLine.split(' ');
      const names = hashed ? hashName(name, randomBytes(20)) : name;
      await writeFile(knownHosts(), `unrelated ${type} ${blob}\n${names} ${type} ${blob}\n`);
      const { notes, out } = await run(['doctor', '--host', 'box'], person());
      expect(`${notes}${out}`).toContain(`on file as ${name}.`);
      const command = /ssh-keygen -R \S+ -f \S+/.exec(`${notes}${out}`)?.[0];
      await promisify(execFile)('sh', ['-c', command ?? 'exit 1']);
      expect(await readFile(knownHosts(), 'utf8')).toBe(`unrelated ${type} ${blob}\n`);
      const again = person();
      await run(['doctor', '--host', 'box'], again);
      expect(again.asked).toEqual(['Is this the key of that machine? Type yes or no: ']);
      expect(await readFile(knownHosts(), 'utf8')).toContain(`\n${name} ssh-ed25519 `);
    },
  );

  it('advises to edit the line of a changed key that is on file for other machines too', async () => {
    await configure(key);
    const other = await server.addKey({ authorize: false });
    const [type, blob] = other.publicLine.split(' ');
    const [patterns, name] = [`[127.0.0.*]:${server.port}`, `[${server.host}]:${server.port}`];
    await writeFile(knownHosts(), `# first\n${patterns} ${type} ${blob}\n`);
    const { notes, out } = await run(['doctor', '--host', 'box'], person());
    const advice = `add ,!${name} to the names "${patterns}" in line 2 of ${knownHosts()}`;
    expect(`${notes}${out}`).toContain(advice);
    expect(`${notes}${out}`).not.toContain('ssh-keygen -R');
    const text = await readFile(knownHosts(), 'utf8');
    await writeFile(knownHosts(), text.replace(patterns, `${patterns},!${name}`));
    const again = person();
    await run(['doctor', '--host', 'box'], again);
    expect(again.asked).toEqual(['Is this the key of that machine? Type yes or no: ']);
    const find = (host: string) =>
      promisify(execFile)('ssh-keygen', ['-F', `[${host}]:${server.port}`, '-f', knownHosts()]);
    expect((await find('127.0.0.9')).stdout).toContain(blob);
    expect((await find(server.host)).stdout).not.toContain(blob);
  });

  it.each([
    ['forwarded', true, [], 'pass  to containers: forwarded by the SSH server'],
    ['relayed', false, [], 'pass  to containers: carried by programs there: the SSH server forwards none'],
    [
      'refused',
      false,
      ['perl', 'python3'],
      'warn  to containers: none: the SSH server forwards none, and perl is missing there\n         Install perl there',
    ],
  ])('says that connections to containers are %s', async (_way, allowTcpForwarding, lacking, words) => {
    await using left = await programsWithout(lacking);
    const lines = [`SetEnv PATH=${left.path} HOME=${left.path}`];
    await using other = await startSshd({ allowTcpForwarding, lines });
    await configure(await other.addKey());
    const { out } = await run(['doctor', '--host', `root@${other.host}:${other.port}`], person());
    expect(out).toContain(words);
  });

  it.each(['user@host:port', 'ssh://'])('reaches a machine nobody added, as %s', async (form) => {
    await configure(key);
    const place = `${server.user}@${server.host}:${server.port}`;
    const { out } = await run(['doctor', '--host', form === 'ssh://' ? `ssh://${place}` : place], person());
    expect(out).toMatch(/pass {2}engine: Docker/);
    const settings = await readFile(join(home, 'console/config/settings.json'), 'utf8').catch(() => '{}');
    expect(settings).not.toContain(server.host);
  });

  it('gives up when the person says no', async () => {
    await configure(key);
    const { code } = await run(['doctor', '--host', 'box'], { ...person(), ask: async () => 'no' });
    expect(code).toBe(EXIT.CANCELLED);
  });
});
