/** Connections to addresses of a machine whose SSH server forwards nothing: a program there carries each. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSession } from '../../main/services/hosts/ssh/face';
import { type Echo, startEcho } from '../support/echo';
import { MEBIBYTE } from '../support/host-session-contract/ground';
import { containing, matching } from '../support/matchers';
import { programsWithout } from '../support/programs-without';
import { openSilentPort } from '../support/relay';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';
import { until } from '../support/until';

const FORWARDS_NOTHING = { allowTcpForwarding: false, allowStreamLocalForwarding: false };

describe('connections to a machine that forwards nothing', () => {
  let sshd: Sshd;
  let session: SshSession;
  let echo: Echo;
  beforeAll(async () => {
    echo = await startEcho();
    sshd = await startSshd(FORWARDS_NOTHING);
    session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
  });
  afterAll(async () => {
    await session[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
    await echo[Symbol.asyncDispose]();
  });

  const connect = (signal?: AbortSignal) => session.connectTcp('127.0.0.1', echo.port, signal);
  /** Programs on the host that carry a connection to this port. */
  const relays = async (port = echo.port) =>
    (await session.run('pgrep', ['-fc', `tcp 127.0.0.1 ${port}$`])).stdout.trim();
  const noneLeft = () => until('no program is left', async () => (await relays()) === '0');

  it('carry every byte both ways, and end when both sides have ended', async () => {
    const sent = randomBytes(8 * MEBIBYTE);
    const socket = await connect();
    expect(session.link.report()).toMatchObject({ tcp: 'relayed', channels: { forwards: 1 } });
    socket.end(sent);
    expect((await buffer(socket)).equals(sent)).toBe(true);
    await until('it is closed', () => socket.destroyed);
    expect(session.link.report().channels.forwards).toBe(0);
    await noneLeft();
  });

  it('end here when the other side ends', async () => {
    const socket = await connect();
    await until('it is there', () => echo.sockets.size === 1);
    for (const one of echo.sockets) one.end('bye');
    expect(await text(socket)).toBe('bye');
    await until('it is closed', () => socket.destroyed);
    await noneLeft();
  });

  /** Somebody reads, and has read; then this befalls the other side. */
  async function whileReading(act: () => unknown) {
    const socket = await connect();
    const outcome = text(socket).then(
      (all) => ({ all }),
      (error: unknown) => ({ error }),
    );
    socket.write('before');
    await once(socket, 'data');
    await act();
    const seen = await outcome;
    await noneLeft();
    return seen;
  }
  const eachPeer = (act: (peer: Socket) => unknown) => () => [...echo.sockets].forEach(act);

  it('fail whoever is reading when the other side resets them', async () => {
    for (let round = 0; round < 5; round += 1) {
      expect(await whileReading(eachPeer((peer) => peer.resetAndDestroy()))).toMatchObject({
        error: { code: 'ECONNRESET', message: 'Connection reset by peer' },
      });
    }
  });

  it('fail whoever is reading when the program that carries them is killed', async () => {
    const kill = () => session.run('pkill', ['-KILL', '-f', `tcp 127.0.0.1 ${echo.port}$`]);
    expect(await whileReading(kill)).toMatchObject({ error: { code: 'ECONNRESET' } });
  });

  it('end whole for whoever is reading when the other side ends', async () => {
    expect(await whileReading(eachPeer((peer) => peer.end(' and after')))).toEqual({
      all: 'before and after',
    });
  });

  it.each([
    ['127.0.0.1', 1, 'ECONNREFUSED'],
    ['::1', 1, 'ECONNREFUSED'],
    ['no-such-machine.invalid', 80, 'ENOTFOUND'],
    ['127.0.0.1; touch /tmp/never', 80, 'EINVAL'],
    ['--version', 80, 'EINVAL'],
    ['127.0.0.1', 70_000, 'EINVAL'],
  ])('to %s port %i fail with %s', async (address, port, code) => {
    await expect(session.connectTcp(address, port)).rejects.toMatchObject({ code });
  });

  it('leave no program behind when they are called off, before and after', async () => {
    const cancel = new AbortController();
    const socket = await connect(cancel.signal);
    cancel.abort();
    await until('it is closed', () => socket.destroyed);
    await expect(connect(AbortSignal.timeout(1))).rejects.toMatchObject({ code: 'CANCELLED' });
    await using silent = await openSilentPort();
    const leave = new AbortController();
    const waiting = session.connectTcp(silent.host, silent.port, leave.signal);
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await until('it waits for an answer', async () => (await relays(silent.port)) !== '0');
    leave.abort();
    await outcome;
    await until('no program is left', async () => (await relays(silent.port)) === '0');
    await noneLeft();
    await until('the server saw it', () => echo.sockets.size === 0);
  });

  it('share the sessions with the engine, whatever their number', async () => {
    const held = await Promise.all(Array.from({ length: 10 }, () => connect()));
    expect(await session.engine.listContainers([])).toBeInstanceOf(Array);
    const short = Array.from({ length: 12 }, async (_, index) => {
      const socket = await connect();
      socket.end(String(index));
      return text(socket);
    });
    expect(await Promise.all(short)).toEqual(Array.from({ length: 12 }, (_, index) => String(index)));
    expect((await session.run('echo', ['beside'])).stdout).toBe('beside\n');
    for (const socket of held) socket.destroy();
    await noneLeft();
  });

  it('end with the link', async () => {
    const socket = await connect();
    const failed = once(socket, 'error');
    await sshd.killSessions();
    expect((await failed)[0]).toMatchObject({ code: 'HOST_UNREACHABLE', data: { hop: 'link' } });
    const again = await connect();
    again.end('again');
    expect(await text(again)).toBe('again');
  });
});

describe('connections that can not be carried', () => {
  it('are refused with what to do where the server allows one session', async () => {
    await using echo = await startEcho();
    await using sshd = await startSshd({ ...FORWARDS_NOTHING, maxSessions: 1 });
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
    const [first] = [
      await session.connectTcp('127.0.0.1', echo.port),
      await session.connectTcp('127.0.0.1', echo.port),
    ];
    await expect(session.connectTcp('127.0.0.1', echo.port)).rejects.toMatchObject({
      code: 'EBUSY',
      message: matching(/all sessions .* \(MaxSessions\).*raise MaxSessions, or allow forwarding/),
    });
    await session.engine.ping();
    expect((await session.run('echo', ['beside'])).stdout).toBe('beside\n');
    first.destroy();
    const next = await session.connectTcp('127.0.0.1', echo.port);
    next.end('next');
    expect(await text(next)).toBe('next');
  });

  it('are refused with what to install where there is no program for them', async () => {
    await using programs = await programsWithout(['perl', 'python3']);
    await using sshd = await startSshd({
      ...FORWARDS_NOTHING,
      lines: [`SetEnv PATH=${programs.path} HOME=${programs.path}`],
    });
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
    await expect(session.connectTcp('127.0.0.1', sshd.port)).rejects.toMatchObject({
      code: 'EACCES',
      message: containing('Install perl there, or allow forwarding'),
    });
    expect(session.link.report().tcp).toBe('refused');
  });
});
