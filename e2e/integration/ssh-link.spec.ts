import dns from 'node:dns';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SshSession, SshTarget } from '../../main/services/hosts/ssh/face';
import { openTestSession, startOwnEngine, uniqueProject } from '../support/engine';
import { collect, MEBIBYTE } from '../support/host-session-contract/ground';
import { tinyImage } from '../support/images';
import { containing } from '../support/matchers';
import { startRelay } from '../support/relay';
import { openSshSession, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';
import { until } from '../support/until';

const LOSS_LIMIT_MS = 15_000;
/** Far less than a keep-alive takes to notice: the connection itself has to say it. */
const AT_ONCE_MS = 2_000;
const lostLink = { code: 'HOST_UNREACHABLE', data: { hop: 'link' } };

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

describe('a connection over SSH that is lost', () => {
  let sshd: Sshd;
  let target: SshTarget;
  beforeAll(async () => {
    sshd = await startSshd();
    target = sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] });
  });
  afterAll(() => sshd[Symbol.asyncDispose]());

  /** One call of each kind that waits. */
  function pendingCalls(session: SshSession): Promise<unknown[]> {
    return Promise.all([
      failureOf(session.run('sleep', ['60'])),
      failureOf(collect(session.engine.events({}, AbortSignal.timeout(60_000)))),
      failureOf(session.runAsRoot('sleep 60', {})),
    ]);
  }

  it('rejects everything that waits at once when its server process is killed, and is made anew', async () => {
    await using session = openSshSession(target);
    await session.engine.ping();
    const pending = pendingCalls(session);
    await until('the calls run', () => session.link.report().channels.programs >= 2);
    const killedAt = Date.now();
    expect(await sshd.killSessions()).toBeGreaterThan(0);
    for (const failure of await pending)
      expect(failure).toMatchObject({ code: expect.stringMatching(/HOST_UNREACHABLE|ENGINE_UNAVAILABLE/) });
    expect(Date.now() - killedAt).toBeLessThan(AT_ONCE_MS);
    expect(session.link.report()).toMatchObject({ state: 'lost', handshakes: 1 });
    await session.engine.ping();
    expect(session.link.report()).toMatchObject({ state: 'open', handshakes: 2 });
  });

  it('names the link in the failure of a stream that was cut', async () => {
    await using session = openSshSession(target);
    await session.engine.ping();
    const program = failureOf(session.run('sleep', ['60']));
    const events = failureOf(collect(session.engine.events({}, AbortSignal.timeout(60_000))));
    await until('the calls run', () => session.link.report().channels.programs >= 1);
    await sshd.killSessions();
    expect(await program).toMatchObject(lostLink);
    expect(await events).toMatchObject(lostLink);
  });

  it('is refused while the server is down, and heals when it is back', async () => {
    await using session = openSshSession(target);
    await session.engine.ping();
    await sshd.kill();
    await expect(session.engine.ping()).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    await expect(session.engine.ping()).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'tcp' },
    });
    await sshd.restart();
    await session.engine.ping();
    expect(session.link.report().state).toBe('open');
  });

  it('is noticed within 15 s when no packet says so', async () => {
    await using relay = await startRelay({ to: sshd });
    await using session = openSshSession({ ...target, port: relay.port });
    await session.engine.ping();
    const pending = failureOf(session.run('sleep', ['60']));
    await until('the program runs', () => session.link.report().channels.programs === 1);
    const silentAt = Date.now();
    relay.blackhole();
    expect(await pending).toMatchObject({ ...lostLink, message: containing('Nothing was heard') });
    expect(Date.now() - silentAt).toBeLessThan(LOSS_LIMIT_MS);
    await relay.heal();
    await session.engine.ping();
  });

  it('is dropped and made anew on demand', async () => {
    await using session = openSshSession(target);
    await session.engine.ping();
    const pending = failureOf(session.run('sleep', ['60']));
    await until('the program runs', () => session.link.report().channels.programs === 1);
    session.renew('this machine woke up');
    expect(await pending).toMatchObject({ ...lostLink, message: containing('this machine woke up') });
    await until('the connection is back', () => session.link.report().state === 'open');
    await session.engine.ping();
    expect(session.link.report().handshakes).toBe(2);
  });

  it('measures its round trip and counts its bytes and channels', async () => {
    await using relay = await startRelay({ to: sshd, delayMs: 20 });
    await using session = openSshSession({ ...target, port: relay.port });
    await session.engine.ping();
    await until('a round trip was measured', () => session.link.report().roundTripMs !== null);
    const { roundTripMs, sentBytes, receivedBytes, channels } = session.link.report();
    expect(roundTripMs).toBeGreaterThan(38);
    expect(roundTripMs).toBeLessThan(1_000);
    expect(sentBytes).toBe(relay.counts.bytesToServer);
    expect(receivedBytes).toBe(relay.counts.bytesToClient);
    expect(channels).toMatchObject({ engine: 1, engineIdle: 1, programs: 0, forwards: 0, bulk: 0 });
  });

  it('keeps no more memory and no descriptor after many reconnections', async () => {
    await using session = openSshSession(target);
    const round = async () => {
      session.renew('test');
      await session.run('true', []);
    };
    for (let index = 0; index < 5; index += 1) await round();
    const before = process.getActiveResourcesInfo().length;
    for (let index = 0; index < 15; index += 1) await round();
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before + 3);
    expect(session.link.report().handshakes).toBeGreaterThanOrEqual(20);
  });
});

describe('an engine behind SSH', () => {
  it('is lost and found again when it restarts, over the same connection', async () => {
    const own = await startOwnEngine();
    const sshd = await startSshd();
    try {
      const identityFiles = [(await sshd.addKey()).path];
      const enginePath = own.endpoint.replace('unix://', '');
      await using session = openSshSession(sshTarget(sshd, { identityFiles }), { enginePath });
      await session.engine.ping();
      const events = failureOf(collect(session.engine.events({}, AbortSignal.timeout(60_000))));
      await own.kill();
      expect(await events).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
      await expect(session.engine.ping()).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: containing('Start it'),
      });
      await own.start();
      await session.engine.ping();
      expect(session.link.report()).toMatchObject({ state: 'open', handshakes: 1 });
    } finally {
      await sshd[Symbol.asyncDispose]();
      await own.stop();
    }
  });
});

describe('resource use over SSH', () => {
  it('is read from the kernel in one question, on one session for all that is asked', async () => {
    await using sshd = await startSshd();
    await using session = openSshSession(sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] }));
    const { engine } = session;
    const local = openTestSession();
    const image = await tinyImage(local);
    const body = {
      Image: image,
      Cmd: ['sleep', '60'],
      StopTimeout: 0,
      HostConfig: { Memory: 64 * MEBIBYTE },
    };
    const { id } = await engine.createContainer({ name: uniqueProject('sshcore'), body });
    try {
      await engine.startContainer(id);
      const first = (await engine.sampleAllStats([id])).get(id);
      // The engine's own statistics would name the processor time of the whole machine.
      expect(first).toMatchObject({ systemCpuNs: null, memoryLimitBytes: 64 * MEBIBYTE });
      const beside = (await local.engine.sampleAllStats([id])).get(id);
      expect(first?.onlineCpus).toBe(beside?.onlineCpus);
      expect(Math.abs((first?.at ?? 0) - (beside?.at ?? 0))).toBeLessThan(5_000);
      await engine.exec(id, ['sh', '-c', 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done']);
      const second = (await engine.sampleAllStats([id])).get(id);
      expect(second?.cpuTotalNs).toBeGreaterThan(first?.cpuTotalNs ?? Number.NaN);
      expect(second?.at).toBeGreaterThan(first?.at ?? Number.NaN);
      const opened = sshd.log.count(/Starting session/);
      await Promise.all([session.freeDisk('/'), session.availableMemory(), session.portOwner('', 1)]);
      await engine.sampleAllStats([id]);
      expect(sshd.log.count(/Starting session/)).toBe(opened);
    } finally {
      await engine.removeContainer(id, { force: true, volumes: true });
      await local[Symbol.asyncDispose]();
    }
  });
});

describe('what leaves this machine', () => {
  it('goes to the SSH server and to no other address', async () => {
    await using sshd = await startSshd();
    const target = sshTarget(sshd, { identityFiles: [(await sshd.addKey()).path] });
    const connected = vi.spyOn(net.Socket.prototype, 'connect');
    const lookedUp = vi.spyOn(dns, 'lookup');
    try {
      await using session = openSshSession(target);
      const { engine } = session;
      await Promise.all([engine.ping(), engine.info(), engine.listContainers([]), session.run('true', [])]);
      await collect(engine.events({ until: Date.now() }, AbortSignal.timeout(5_000)));
      await expect(engine.exec('no-such-container', ['true'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await session.withBulk(({ engine: second }) => second.ping());
      const targets = connected.mock.calls.flat(2).filter((one) => typeof one === 'object' && one !== null);
      expect(targets).toHaveLength(2);
      for (const one of targets) expect(one).toMatchObject({ host: '127.0.0.1', port: sshd.port });
      expect(lookedUp.mock.calls.map(([name]) => name)).not.toContain('engine.invalid');
    } finally {
      connected.mockRestore();
      lookedUp.mockRestore();
    }
  });
});
