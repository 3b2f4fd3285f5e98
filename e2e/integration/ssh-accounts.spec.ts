import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containing, matching } from '../support/matchers';
import { openSshSession, person, sshTarget } from '../support/ssh-session';
import { until } from '../support/until';
import {
  oneTimeCode,
  passwordOf,
  startVps,
  startVpsBehindJump,
  type Vps,
  type VpsUser,
} from '../support/vps';

const CONNECT_MS = 15_000;

function targetOf(vps: Vps, user: VpsUser, withKey = true) {
  const identityFiles = withKey ? [vps.key.path] : [];
  return sshTarget({ host: vps.host, port: vps.port, user }, { identityFiles, connectTimeoutMs: CONNECT_MS });
}

describe('accounts of a machine with an engine', () => {
  let vps: Vps;
  beforeAll(async () => {
    vps = await startVps({ engine: 'installed' });
  });
  afterAll(() => vps[Symbol.asyncDispose]());

  it.each([
    ['root', 'streamlocal'],
    ['dockerer', 'streamlocal'],
    ['operator', 'sudo-dial-stdio'],
  ] as const)('reaches the engine as %s through %s', async (user, transport) => {
    await using session = openSshSession(targetOf(vps, user));
    const answers = await Promise.all(Array.from({ length: 12 }, () => session.engine.listContainers([])));
    expect(answers.flat()).toEqual([]);
    expect(session.link.report()).toMatchObject({ transport, handshakes: 1 });
  });

  it('says what an account without the group needs', async () => {
    await using session = openSshSession(targetOf(vps, 'plain'));
    await expect(session.engine.ping()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      data: { detail: containing('plain may not open /var/run/docker.sock: not in the group "docker"') },
      message: containing('sudo usermod -aG docker plain'),
    });
    // The machine itself can be used all the same.
    expect((await session.run('id', ['-un'])).stdout).toBe('plain\n');
    expect(session.link.report().hops.at(-1)).toMatchObject({
      hop: 'socket',
      state: 'failed',
      advice: matching(/usermod/),
    });
  });

  it('signs in with a password, asks again when it was wrong, and says it was refused', async () => {
    const prompts = person({ passwords: ['wrong', passwordOf('dockerer')] });
    await using session = openSshSession(targetOf(vps, 'dockerer', false), { prompts });
    await session.engine.ping();
    expect(prompts.asked.slice(1)).toEqual(['password 1', 'password 2']);
    expect(prompts.refusals).toEqual(['password']);
    const never = person({ passwords: ['a', 'b', 'c'] });
    await using refused = openSshSession(targetOf(vps, 'dockerer', false), { prompts: never });
    await expect(refused.engine.ping()).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      data: {
        user: 'dockerer',
        offered: ['publickey', 'password', 'keyboard-interactive'],
        tried: Array.from({ length: 3 }, () => 'keyboard-interactive'),
      },
    });
  });

  it('answers the questions of a server, a password and a one-time code', async () => {
    const prompts = person({
      answers: [[oneTimeCode()]],
      passwords: [passwordOf('onetime')],
    });
    await using session = openSshSession(targetOf(vps, 'onetime', false), { prompts });
    expect((await session.run('id', ['-un'])).stdout).toBe('onetime\n');
  });

  it('runs as root: as root, through sudo, with its password, and says when it may not', async () => {
    const script = 'id -un; echo "a  b" >&2; read -r rest || echo end; exit 3';
    for (const user of ['root', 'operator', 'sudoer'] as const) {
      const prompts = person({ sudo: ['wrong', passwordOf('sudoer')] });
      await using session = openSshSession(targetOf(vps, user), { prompts });
      const lines: string[] = [];
      const onLine = ({ stream, text }: { stream: string; text: string }) => lines.push(`${stream} ${text}`);
      const result = await session.runAsRoot(script, { onLine });
      expect(result).toMatchObject({ exitCode: 3, stdout: 'root\nend\n', stderr: containing('a  b\n') });
      expect(lines).toContain('stdout root');
      expect(lines).toContain('stderr a  b');
      expect(prompts.asked.slice(1)).toEqual(user === 'sudoer' ? ['sudo 1', 'sudo 2'] : []);
      expect(JSON.stringify(result)).not.toContain(passwordOf('sudoer'));
    }
    await using plain = openSshSession(targetOf(vps, 'plain'), {
      prompts: person({ sudo: ['x', passwordOf('plain')] }),
    });
    await expect(plain.runAsRoot('true', {})).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'program', detail: containing('may not become root') },
    });
  });

  it.each(['root', 'operator', 'sudoer'] as const)(
    'ends a cancelled script of root on the host, and one whose connection is gone, as %s',
    async (user) => {
      const length = `50.${randomInt(1e9)}`;
      const sleepers = async () => (await vps.exec(['pgrep', '-fxc', `sleep ${length}`])).stdout.trim();
      const running = () => until('it runs', async () => (await sleepers()) === '2');
      const script = `sleep ${length} & trap '' TERM HUP; sleep ${length}; wait`;
      const prompts = person({ sudo: Array.from({ length: 2 }, () => passwordOf('sudoer')) });
      await using session = openSshSession(targetOf(vps, user), { prompts });
      const cancel = new AbortController();
      const cancelled = expect(session.runAsRoot(script, { signal: cancel.signal })).rejects;
      await running();
      cancel.abort();
      await cancelled.toMatchObject({ code: 'CANCELLED' });
      await until('it has ended', async () => (await sleepers()) === '0');
      const cut = expect(session.runAsRoot(script, {})).rejects;
      await running();
      session.renew('test');
      await cut.toMatchObject({ code: 'HOST_UNREACHABLE', data: { hop: 'link' } });
      await until('it has ended', async () => (await sleepers()) === '0');
      // The password was asked for the scripts, and never to end one.
      expect(prompts.asked.slice(1)).toEqual(user === 'sudoer' ? ['sudo 1', 'sudo 1'] : []);
    },
  );

  it('says that the engine does not run, and finds it when it does', async () => {
    await using session = openSshSession(targetOf(vps, 'root'));
    await session.engine.ping();
    await session.runAsRoot('systemctl stop docker.socket docker', {});
    await expect(session.engine.ping()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: containing('Start it'),
    });
    await session.runAsRoot('systemctl start docker', {});
    await session.engine.ping();
    expect(session.link.report().handshakes).toBe(1);
  });

  it('moves bulk data over a connection of its own that is closed afterwards', async () => {
    await using session = openSshSession(targetOf(vps, 'dockerer'));
    await session.engine.ping();
    const moved = await session.withBulk(async (bulk) => {
      const program = await bulk.open('wc -c');
      program.stream.write(Buffer.alloc(1024 * 1024));
      program.stream.end();
      let said = '';
      for await (const chunk of program.stream) said += String(chunk);
      const ended = await program.ended;
      await bulk.engine.ping();
      return { said, ended, ...bulk.wireBytes() };
    });
    expect(moved).toMatchObject({ said: '1048576\n', ended: { exitCode: 0, stderr: '' } });
    expect(moved.sent).toBeGreaterThan(1024 * 1024);
    expect(session.link.report()).toMatchObject({ handshakes: 2, channels: { bulk: 0 } });
  });
});

describe('a bare machine', () => {
  it('can be used, and says that no engine is installed', async () => {
    await using vps = await startVps();
    await using session = openSshSession(targetOf(vps, 'operator'));
    await expect(session.engine.ping()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      data: { detail: containing('no container engine is installed') },
      message: containing('Prepare the machine'),
    });
    expect(session.link.report().state).toBe('open');
    expect((await session.runAsRoot('id -u', {})).stdout).toBe('0\n');
    expect(await session.availableMemory()).toBeGreaterThan(0);
  });
});

describe('a machine behind another', () => {
  it('is reached through it, each with its own hops and trust', async () => {
    await using both = await startVpsBehindJump({ engine: 'installed' });
    const jump = targetOf(both.jump, 'operator');
    const inner = sshTarget(
      { host: both.inner.name, port: 22, user: 'dockerer' },
      {
        identityFiles: [both.inner.key.path],
        jumps: [jump],
        hostKeyName: 'inner',
        connectTimeoutMs: CONNECT_MS,
      },
    );
    const prompts = person();
    await using session = openSshSession(inner, { prompts });
    await session.engine.ping();
    expect(session.link.report().hops.map(({ machine, hop, state }) => `${machine} ${hop} ${state}`)).toEqual(
      [
        ...['name', 'tcp', 'banner', 'host-key', 'sign-in'].map(
          (hop) => `operator@127.0.0.1:${both.jump.port} ${hop} passed`,
        ),
        'dockerer@inner:22 name skipped',
        ...['tcp', 'banner', 'host-key', 'sign-in', 'shell', 'socket', 'engine'].map(
          (hop) => `dockerer@inner:22 ${hop} passed`,
        ),
      ],
    );
    expect(prompts.asked).toHaveLength(2);
    expect(session.link.report().handshakes).toBe(2);
    await both.jump.powerOff();
    await expect(session.engine.ping()).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    const { hops } = session.link.report();
    expect(hops.at(-1)).toMatchObject({ machine: `operator@127.0.0.1:${both.jump.port}`, state: 'failed' });
  });
});
