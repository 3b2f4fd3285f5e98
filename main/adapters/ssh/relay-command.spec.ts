import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { RELAY_CONNECTED, relayCommand, tcpRelayCommand } from './relay-command';

const PAYLOAD = Buffer.alloc(300_000, 'x');
const DIGEST = createHash('sha256').update(PAYLOAD).digest('hex');

/** Answers the digest of what it heard once the sender has ended. */
function createDigester(): Server {
  return createServer({ allowHalfOpen: true }, (socket) => {
    const hash = createHash('sha256');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => hash.update(chunk));
    socket.on('end', () => socket.end(hash.digest('hex')));
  });
}

async function listenOnPort(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

const start = (command: string | null) => spawn('sh', ['-c', `exec ${command}`]);

async function sendThrough(command: string | null) {
  const child = start(command);
  child.stdin.on('error', () => undefined);
  child.stdin.end(PAYLOAD);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, stdout, stderr };
}

describe('the relay', () => {
  it('takes what the machine has', () => {
    const path = '/run/a b.sock';
    const command = (...programs: string[]) => relayCommand(new Set(programs), path);
    expect(command('docker', 'perl')).toBe("docker -H 'unix:///run/a b.sock' system dial-stdio");
    expect(command('perl', 'python3')).toMatch(/^env LC_ALL=C perl -e .* unix '\/run\/a b\.sock'$/s);
    expect(command('socat')).toBe("socat - 'UNIX-CONNECT:/run/a b.sock'");
    expect(command('sudo')).toBeNull();
  });

  it('hands an address on as one word, whatever it holds', () => {
    const command = tcpRelayCommand(new Set(['perl']), '$(touch /tmp/never); a', 80);
    expect(command).toMatch(/ tcp '\$\(touch \/tmp\/never\); a' 80$/);
    expect(tcpRelayCommand(new Set(['docker', 'socat', 'nc']), '127.0.0.1', 80)).toBeNull();
  });
});

describe.each(['perl', 'python3'])('the relay in %s', (program) => {
  const programs = new Set([program]);

  it('carries bytes to a socket and ends with it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bz-relay-'));
    const path = join(directory, 'socket');
    const server = createDigester().listen(path);
    await once(server, 'listening');
    const said = await sendThrough(relayCommand(programs, path));
    expect(said).toEqual({ exitCode: 0, stdout: DIGEST, stderr: '' });
    server.close();
    await rm(directory, { recursive: true });
  });

  it('carries bytes to a port and ends with it', async () => {
    const server = createDigester();
    const port = await listenOnPort(server);
    const said = await sendThrough(tcpRelayCommand(programs, '127.0.0.1', port));
    expect(said).toEqual({ exitCode: 0, stdout: DIGEST, stderr: RELAY_CONNECTED });
    server.close();
  });

  it('says why it could not connect', async () => {
    const refused = await sendThrough(tcpRelayCommand(programs, '127.0.0.1', 1));
    expect(refused).toEqual({ exitCode: 1, stdout: '', stderr: 'connect: Connection refused\n' });
    const missing = await sendThrough(relayCommand(programs, '/nonexistent/socket'));
    expect(missing).toEqual({ exitCode: 1, stdout: '', stderr: 'connect: No such file or directory\n' });
  });

  it('hands on what came before a reset, and says that it was one', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('before', () => socket.once('data', () => socket.resetAndDestroy()));
    });
    const port = await listenOnPort(server);
    const child = start(tcpRelayCommand(programs, '127.0.0.1', port));
    child.stdin.on('error', () => undefined);
    const closed = once(child, 'close');
    const stderr = text(child.stderr);
    const [first]: unknown[] = await once(child.stdout, 'data');
    child.stdin.write('now');
    await closed;
    expect(String(first)).toBe('before');
    expect({ exitCode: child.exitCode, stderr: await stderr }).toEqual({
      exitCode: 1,
      stderr: `${RELAY_CONNECTED}Connection reset by peer\n`,
    });
    server.close();
  });

  it('ends when whoever reads it leaves, although the other side stays', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined).resume();
    });
    const port = await listenOnPort(server);
    const child = start(tcpRelayCommand(programs, '127.0.0.1', port));
    await once(child.stderr, 'data');
    const ended = once(child, 'exit');
    child.stdin.destroy();
    child.stdout.destroy();
    expect((await ended)[0]).toBe(1);
    server.close();
  });
});
