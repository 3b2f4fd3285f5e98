import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { startRelay } from '../support/relay';
import { type KeyFile, knownHostsLine, type Sshd, type SshdOptions, startSshd } from '../support/sshd';

const run = promisify(execFile);
const rooms: AsyncDisposable[] = [];
afterEach(async () => {
  for (const room of rooms.splice(0).reverse()) await room[Symbol.asyncDispose]();
});

async function sshd(options?: SshdOptions): Promise<Sshd> {
  const server = await startSshd(options);
  rooms.push(server);
  return server;
}

/** OpenSSH's client with nothing of this machine's own configuration. */
async function client(server: Sshd, key: KeyFile, port = server.port): Promise<string[]> {
  const known = join(server.directory, 'known_hosts');
  const lines = server.hostKeys.map((each) => knownHostsLine({ host: server.host, port }, each.publicLine));
  await writeFile(known, lines.join(''));
  const options = [
    `UserKnownHostsFile=${known}`,
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    'IdentityAgent=none',
  ];
  return [
    '-F',
    '/dev/null',
    ...options.flatMap((each) => ['-o', each]),
    '-i',
    key.path,
    '-p',
    String(port),
  ].concat(`${server.user}@${server.host}`);
}

describe('an sshd of a test', () => {
  it('lets in each kind of key, and tells who came', async () => {
    const server = await sshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'], banner: 'Only for tests.\n' });
    const keys = [
      await server.addKey(),
      await server.addKey({ type: 'rsa', format: 'PEM', bits: 2048 }),
      await server.addKey({ type: 'ecdsa' }),
    ];
    for (const key of keys) {
      const { stdout, stderr } = await run('ssh', [...(await client(server, key)), 'echo', 'hello']);
      expect(stdout).toBe('hello\n');
      expect(stderr).toContain('Only for tests.');
      await server.log.waitFor(new RegExp(`Accepted publickey .*${key.fingerprint.replace(/[+/]/g, '.')}`));
    }
    expect(server.counts).toEqual({ connections: 3, signIns: 3 });
    expect(server.hostKeys.map((key) => key.type)).toEqual(['ed25519', 'ecdsa', 'rsa']);
  });

  it('refuses a key it does not know, and one whose passphrase nobody tells', async () => {
    const server = await sshd();
    const stranger = await server.addKey({ authorize: false });
    const locked = await server.addKey({ passphrase: 'open sesame' });
    for (const key of [stranger, locked])
      await expect(run('ssh', [...(await client(server, key)), 'true'])).rejects.toMatchObject({
        code: 255,
        stderr: expect.stringContaining('Permission denied (publickey)'),
      });
    expect(server.counts.signIns).toBe(0);
  });

  it('shows another host key after a rotation, before anything secret was sent', async () => {
    const server = await sshd();
    const key = await server.addKey();
    const relay = await startRelay({ to: server, record: true });
    rooms.push(relay);
    const words = await client(server, key, relay.port);
    await run('ssh', [...words, 'true']);
    const [before] = server.hostKeys;
    await server.restart({ newHostKey: true });
    await expect(run('ssh', [...words, 'true'])).rejects.toMatchObject({
      stderr: expect.stringContaining(server.hostKeys[0]?.fingerprint ?? 'no key'),
    });
    expect(server.hostKeys[0]?.fingerprint).not.toBe(before?.fingerprint);
    const [first, second] = relay.transcripts;
    expect(first?.identification).toMatch(/^SSH-2\.0-OpenSSH/);
    expect(first?.clearMessages).toContain(21);
    expect(first?.encryptedBytes).toBeGreaterThan(0);
    expect(second?.clearMessages).not.toContain(21);
    expect(second?.encryptedBytes).toBe(0);
  });

  it('loses its sessions, or its listener, or both', async () => {
    const server = await sshd();
    const words = await client(server, await server.addKey());
    const open = async () => {
      const session = spawn('ssh', [...words, 'echo ready; cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
      await once(session.stdout, 'data');
      return session;
    };
    const first = await open();
    const ended = once(first, 'exit');
    expect(await server.killSessions()).toBeGreaterThan(0);
    expect(await ended).toEqual([255, null]);
    const second = await open();
    await server.killListener();
    await expect(run('ssh', [...words, 'true'])).rejects.toMatchObject({
      stderr: expect.stringContaining('Connection refused'),
    });
    expect(second.exitCode).toBeNull();
    const gone = once(second, 'exit');
    await server.kill();
    expect(await gone).toEqual([255, null]);
    await server.restart();
    expect((await run('ssh', [...words, 'echo', 'back'])).stdout).toBe('back\n');
  });

  it('keeps the limits it is given', async () => {
    const server = await sshd({ allowTcpForwarding: false, maxSessions: 0 });
    const words = await client(server, await server.addKey());
    await expect(run('ssh', ['-W', `127.0.0.1:${server.port}`, ...words])).rejects.toMatchObject({
      stderr: expect.stringContaining('administratively prohibited'),
    });
    await expect(run('ssh', [...words, 'true'])).rejects.toMatchObject({ code: 255 });
    await server.restart({ options: { maxSessions: 1 } });
    expect((await run('ssh', [...words, 'echo', 'one'])).stdout).toBe('one\n');
  });

  it('says nothing while it is frozen', async () => {
    const server = await sshd();
    const words = await client(server, await server.addKey());
    await server.freeze();
    await expect(run('ssh', ['-o', 'ConnectTimeout=1', ...words, 'true'])).rejects.toMatchObject({
      stderr: expect.stringContaining('banner exchange'),
    });
    await server.thaw();
    expect((await run('ssh', [...words, 'echo', 'awake'])).stdout).toBe('awake\n');
  });

  it('takes its folder along', async () => {
    const server = await startSshd();
    await server[Symbol.asyncDispose]();
    await expect(access(server.directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
