/** What an SSH server may refuse to carry, and how the engine is reached all the same. */
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { startEcho } from '../support/echo';
import { openTestSession, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';
import { until } from '../support/until';

describe.each([
  ['forwards no sockets', 'forwarded', { allowStreamLocalForwarding: false }],
  ['forwards nothing', 'relayed', { allowTcpForwarding: false, allowStreamLocalForwarding: false }],
  [
    'forwards no sockets and allows two sessions',
    'forwarded',
    { allowStreamLocalForwarding: false, maxSessions: 2 },
  ],
])('a server that %s', (_what, tcp, options) => {
  let sshd: Sshd;
  let session: SshSession;
  beforeAll(async () => {
    sshd = await startSshd(options);
    session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
  });
  afterAll(async () => {
    await session[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
  });

  it('carries the engine through pooled programs', async () => {
    await session.engine.ping();
    expect(session.link.report().transport).toBe('dial-stdio');
    const answers = await Promise.all(Array.from({ length: 30 }, () => session.engine.listContainers([])));
    expect(answers).toHaveLength(30);
    expect(sshd.log.count(/no more sessions/)).toBeLessThan(10);
    expect(session.link.report().channels.engine).toBeLessThanOrEqual(8);
  });

  it('connects to addresses of the machine', async () => {
    const socket = await session.connectTcp('127.0.0.1', sshd.port);
    socket.write('SSH-2.0-test\r\nnonsense\r\n');
    expect(await text(socket)).toMatch(/^SSH-2.0-OpenSSH/);
    expect(session.link.report().tcp).toBe(tcp);
  });

  it('runs programs beside it, and a container', async () => {
    const local = openTestSession();
    const image = await tinyImage(local);
    const { engine } = session;
    const { id } = await engine.createContainer({
      name: uniqueProject('sshcore'),
      body: { Image: image, Cmd: ['sleep', '60'], StopTimeout: 0 },
    });
    try {
      await engine.startContainer(id);
      const [result, echoed] = await Promise.all([
        engine.exec(id, ['sh', '-c', 'echo out; exit 4']),
        session.run('echo', ['beside']),
      ]);
      expect(result).toMatchObject({ exitCode: 4, stdout: 'out\n' });
      expect(echoed.stdout).toBe('beside\n');
    } finally {
      await engine.removeContainer(id, { force: true, volumes: true });
      await local[Symbol.asyncDispose]();
    }
  });
});

describe('a server that allows one session', () => {
  it('serves the engine and queues programs', async () => {
    await using sshd = await startSshd({ maxSessions: 1 });
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
    const all = await Promise.all([
      ...Array.from({ length: 6 }, (_, index) =>
        session.run('echo', [String(index)]).then((one) => one.stdout),
      ),
      session.engine.ping().then(() => 'pong'),
    ]);
    expect(all).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n', '5\n', 'pong']);
    expect(session.link.report().transport).toBe('streamlocal');
  });

  it('shares it between engine and programs where it forwards no sockets', async () => {
    await using sshd = await startSshd({ maxSessions: 1, allowStreamLocalForwarding: false });
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
    for (let round = 0; round < 3; round += 1) {
      const [containers, echoed] = await Promise.all([
        session.engine.listContainers([]),
        session.run('echo', ['a']),
      ]);
      expect(Array.isArray(containers)).toBe(true);
      expect(echoed.stdout).toBe('a\n');
    }
    expect(session.link.report().transport).toBe('dial-stdio');
  });
});

describe('a forward', () => {
  it('carries bytes both ways and ends with its peer', async () => {
    await using sshd = await startSshd();
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
    expect(session.link.report().tcp).toBeUndefined();
    const socket = await session.connectTcp('127.0.0.1', sshd.port);
    socket.write('SSH-2.0-test\r\nnonsense\r\n');
    expect(await text(socket)).toMatch(/^SSH-2.0-OpenSSH/);
    await until('it is closed', () => socket.destroyed);
    expect(session.link.report()).toMatchObject({ tcp: 'forwarded', channels: { forwards: 0 } });
  });

  it('to an address the server refuses alone goes another way, and leaves the others as they are', async () => {
    await using echo = await startEcho();
    await using sshd = await startSshd();
    await sshd.restart({ options: { lines: [`PermitOpen 127.0.0.1:${sshd.port}`] } });
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
    const allowed = await session.connectTcp('127.0.0.1', sshd.port);
    const refused = await session.connectTcp('127.0.0.1', echo.port);
    refused.end('echo');
    expect(await text(refused)).toBe('echo');
    allowed.destroy();
    expect(session.link.report().tcp).toBe('forwarded');
    expect(sshd.log.count(/refused|prohibited|denied/i)).toBeGreaterThan(0);
  });

  it('is asked for once at an address the server refuses, and again later', async () => {
    await using echo = await startEcho();
    await using sshd = await startSshd();
    await sshd.restart({ options: { lines: [`PermitOpen 127.0.0.1:${sshd.port}`] } });
    let later = 0;
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }), {
      now: () => Date.now() + later,
    });
    const refusals = () => sshd.log.count(/refused|prohibited|denied/i);
    const exchange = async () => {
      const socket = await session.connectTcp('127.0.0.1', echo.port);
      socket.end('echo');
      expect(await text(socket)).toBe('echo');
    };
    await exchange();
    expect(session.link.report().tcp).toBe('relayed');
    const refusedOnce = refusals();
    expect(refusedOnce).toBeGreaterThan(0);
    await exchange();
    expect(refusals()).toBe(refusedOnce);
    later = 6 * 60_000;
    await exchange();
    await until('the server refused it again', () => refusals() === 2 * refusedOnce);
    (await session.connectTcp('127.0.0.1', sshd.port)).destroy();
    expect(session.link.report().tcp).toBe('forwarded');
  });
});
