import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshTarget } from '../../main/services/hosts/ssh/face';
import type { HopReport } from '../../preload/contract';
import { freePort } from '../support/free-port';
import { containing, matching } from '../support/matchers';
import { openSilentPort, startRelay } from '../support/relay';
import { failing, memoryTrust, openSshSession, person, sshTarget } from '../support/ssh-session';
import { type Sshd, startSshd } from '../support/sshd';

const SHORT_MS = 700;

const states = (hops: HopReport[]) => hops.map(({ hop, state }) => `${hop} ${state}`);

/** Takes connections and does what the test says with them. */
async function startTalker(talk: (write: (text: string) => void, end: () => void) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    talk(
      (text) => socket.write(text),
      () => socket.end(),
    );
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port, [Symbol.asyncDispose]: async () => void server.close() };
}

describe('the way in, hop by hop', () => {
  let sshd: Sshd;
  let key: string;
  let target: SshTarget;
  beforeAll(async () => {
    sshd = await startSshd({ maxAuthTries: 3 });
    key = (await sshd.addKey()).path;
    target = sshTarget(sshd, { identityFiles: [key] });
  });
  afterAll(() => sshd[Symbol.asyncDispose]());

  it('reports each hop with its time and what was found', async () => {
    await using session = openSshSession(target);
    expect(session.link.report()).toMatchObject({ state: 'closed', handshakes: 0, hops: [] });
    const seen: HopReport[] = [];
    const hops = await session.probe((hop) => seen.push(hop));
    const passed = ['name', 'tcp', 'banner', 'host-key', 'sign-in', 'shell', 'socket', 'engine'];
    expect(states(hops)).toEqual(passed.map((hop) => `${hop} passed`));
    for (const hop of hops) expect(hop).toMatchObject({ machine: `root@127.0.0.1:${sshd.port}`, advice: '' });
    for (const { durationMs } of hops) expect(durationMs).toBeGreaterThanOrEqual(0);
    const found = Object.fromEntries(hops.map(({ hop, finding }) => [hop, finding]));
    expect(found.banner).toMatch(/^SSH-2.0-OpenSSH_/);
    expect(found['host-key']).toBe(`ssh-ed25519 ${sshd.hostKeys[0]?.fingerprint}, trusted now.`);
    expect(found['sign-in']).toBe(`Signed in with key ${key}.`);
    expect(found.shell).toMatch(/^root \(.*\), root\.$/);
    expect(found.socket).toMatch(/^\/var\/run\/docker\.sock, forwarded/);
    expect(seen.filter(({ state }) => state === 'running').map(({ hop }) => hop)).toEqual(passed);
    const { transport, handshakes, state } = session.link.report();
    expect({ transport, handshakes, state }).toEqual({
      transport: 'streamlocal',
      handshakes: 1,
      state: 'open',
    });
  });

  it('is one connection for all callers, made with the first call', async () => {
    const before = sshd.counts.connections;
    await using session = openSshSession(target);
    expect(session.link.localAddress?.()).toBeNull();
    await Promise.all([
      session.engine.ping(),
      session.run('true', []),
      session.freeDisk('/'),
      session.engine.info(),
    ]);
    expect(sshd.counts.connections - before).toBe(1);
    expect(session.link.report().handshakes).toBe(1);
    expect(session.link.localAddress?.()).toBe('127.0.0.1');
  });

  it('says that a name is not known', async () => {
    const { failure, hops } = await failing({ ...target, host: 'no-such-machine.invalid' });
    expect(failure).toMatchObject({ code: 'HOST_UNREACHABLE', data: { hop: 'name' } });
    expect(hops.at(-1)).toMatchObject({
      hop: 'name',
      state: 'failed',
      finding: containing('no-such-machine.invalid'),
    });
  });

  it('says that a wrong port is refused', async () => {
    const port = await freePort();
    const { failure, hops } = await failing({ ...target, port });
    expect(failure).toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'tcp', detail: `127.0.0.1:${port} refused the connection: nothing listens there.` },
      message: containing('Check the port'),
    });
    expect(states(hops)).toEqual(['name passed', 'tcp failed']);
    expect(hops[1]?.advice).toMatch(/Check the port/);
  });

  it('gives up on a machine that swallows packets after its time', async () => {
    await using silent = await openSilentPort();
    const startedAt = Date.now();
    const { failure } = await failing({ ...target, port: silent.port, connectTimeoutMs: SHORT_MS });
    expect(failure).toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'tcp', detail: containing('gave no answer within 0.7 s') },
    });
    expect(Date.now() - startedAt).toBeLessThan(SHORT_MS + 2_000);
  });

  it('gives up on a server without a banner', async () => {
    await using mute = await startTalker(() => undefined);
    const { failure } = await failing({ ...target, port: mute.port, connectTimeoutMs: SHORT_MS });
    expect(failure).toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'banner', detail: containing('no SSH banner came within 0.7 s') },
    });
  });

  it.each([
    ['says nothing', '', 'closed the connection before its SSH banner'],
    ['is another program', 'HTTP/1.1 400 Bad\u0007 Request\r\n\r\n', 'It said: HTTP/1.1 400 Bad Request'],
    ['is full', 'Exceeded MaxStartups\r\n', 'takes no further connections'],
  ])('says that what answers %s', async (_what, said, words) => {
    await using talker = await startTalker((write, end) => {
      if (said) write(said);
      end();
    });
    const { failure } = await failing({ ...target, port: talker.port });
    expect(failure).toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'banner', detail: containing(words) },
    });
  });

  it('does not take what comes with the banner, in one packet, for the banner', async () => {
    await using odd = await startTalker((write) => write(`SSH-2.0-Odd_1.0\r\n${'\u007f'.repeat(64)}`));
    const { failure, hops } = await failing({ ...target, port: odd.port });
    expect(failure).toMatchObject({ code: 'HOST_UNREACHABLE', data: { hop: 'host-key' } });
    expect(states(hops)).toEqual(['name passed', 'tcp passed', 'banner passed', 'host-key failed']);
  });

  it('says that no algorithm is common', async () => {
    await using strict = await startSshd({ lines: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    const { failure } = await failing(sshTarget(strict, { identityFiles: [key] }));
    expect(failure).toMatchObject({
      code: 'HOST_UNREACHABLE',
      data: { hop: 'host-key', detail: containing('No common algorithm for key exchange') },
    });
  });

  it('asks about an unknown key, and goes no further without a yes', async () => {
    await using relay = await startRelay({ to: sshd, record: true });
    const trust = memoryTrust();
    const through = { ...target, port: relay.port };
    const { failure } = await failing(through, { trust, prompts: person({ hostKey: false }) });
    const fingerprint = sshd.hostKeys[0]?.fingerprint;
    expect(failure).toMatchObject({ code: 'HOST_KEY_UNKNOWN', data: { fingerprint } });
    expect(trust.remembered).toEqual([]);
    expect(relay.transcripts[0]?.encryptedBytes).toBe(0);
    const yes = person();
    await using session = openSshSession(through, { trust, prompts: yes });
    await session.run('true', []);
    expect(yes.asked).toEqual([`host key ${fingerprint}`]);
    expect(trust.remembered.map((one) => one.fingerprint)).toEqual([fingerprint]);
  });

  it.each(['changed', 'revoked'] as const)(
    'sends no credential to a machine whose key is %s',
    async (how) => {
      await using relay = await startRelay({ to: sshd, record: true });
      const fingerprint = sshd.hostKeys[0]?.fingerprint ?? '';
      const trust =
        how === 'changed'
          ? memoryTrust({ known: ['SHA256:other'] })
          : memoryTrust({ revoked: [fingerprint] });
      const prompts = person({ passwords: ['secret'], passphrases: ['secret'] });
      const { failure, hops } = await failing({ ...target, port: relay.port }, { trust, prompts });
      expect(failure).toMatchObject({
        code: 'HOST_KEY_CHANGED',
        data: { fingerprint, revoked: how === 'revoked', known: [{ file: '/known_hosts', line: 1 }] },
        message: containing('No credential was sent.'),
      });
      expect(hops.at(-1)).toMatchObject({ hop: 'host-key', state: 'failed', advice: matching(/\w/) });
      expect(prompts.asked).toEqual([]);
      const [transcript] = relay.transcripts;
      expect(transcript?.encryptedBytes).toBe(0);
      // KEXINIT and the key exchange only: user name and credentials come after NEWKEYS.
      expect(transcript?.clearMessages.filter((kind) => kind >= 50)).toEqual([]);
      expect(transcript?.clearBytes.includes('root')).toBe(false);
    },
  );

  it('asks for a key of a known type first', async () => {
    await using both = await startSshd({ hostKeyTypes: ['ed25519', 'ecdsa'] });
    const identity = (await both.addKey()).path;
    for (const [types, expected] of [
      [['ecdsa-sha2-nistp256'], 'ecdsa-sha2-nistp256'],
      [[], 'ssh-ed25519'],
    ] as const) {
      const trust = memoryTrust({ types: [...types] });
      await using session = openSshSession(sshTarget(both, { identityFiles: [identity] }), { trust });
      await session.run('true', []);
      expect(trust.asked.map((one) => one.type)).toEqual([expected]);
    }
  });

  it('can be called off while it connects', async () => {
    await using mute = await startTalker(() => undefined);
    await using session = openSshSession({ ...target, port: mute.port });
    const call = session.engine.ping(AbortSignal.timeout(100));
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    const pending = session.run('true', []);
    const outcome = expect(pending).rejects.toMatchObject({ code: 'CANCELLED' });
    await session[Symbol.asyncDispose]();
    await outcome;
    await sleep(0);
    expect(session.link.report().state).toBe('closed');
  });
});
