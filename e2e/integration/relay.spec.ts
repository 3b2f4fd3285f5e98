import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { openSilentPort, type Relay, startRelay } from '../support/relay';
import { createTranscript } from '../support/relay/transcript';
import { until } from '../support/until';

const rooms: AsyncDisposable[] = [];
afterEach(async () => {
  for (const room of rooms.splice(0).reverse()) await room[Symbol.asyncDispose]();
});

/** Sends everything back, and keeps what it got on each connection. */
async function echo() {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const index = received.push('') - 1;
    sockets.add(socket);
    socket.on('data', (bytes) => {
      received[index] += bytes.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  rooms.push({
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return { port: address.port, received, sockets };
}

async function relay(options: Parameters<typeof startRelay>[0]): Promise<Relay> {
  const started = await startRelay(options);
  rooms.push(started);
  return started;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  rooms.push({
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  });
  await once(socket, 'connect');
  return socket;
}

async function read(socket: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < length) {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    chunks.push(bytes);
    size += bytes.length;
  }
  return Buffer.concat(chunks);
}

async function say(socket: Socket, words: string): Promise<string> {
  const answer = read(socket, words.length);
  socket.write(words);
  return (await answer).toString('latin1');
}

describe('a relay', () => {
  it('carries both ways, counts, and lets an end pass while the answer still comes', async () => {
    const server = await echo();
    const link = await relay({ to: server });
    const socket = await dial(link.port);
    expect(await say(socket, 'hello')).toBe('hello');
    const answer = read(socket, 4);
    socket.end('last');
    expect((await answer).toString()).toBe('last');
    await once(socket, 'close');
    await until('the connection is counted as closed', () => link.counts.open === 0);
    expect(link.counts).toEqual({ connections: 1, open: 0, bytesToServer: 9, bytesToClient: 9 });
  });

  it('delays every byte each way, in order and at full throughput', async () => {
    const server = await echo();
    const link = await relay({ to: server, delayMs: 20 });
    const socket = await dial(link.port);
    const trips: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const start = performance.now();
      await say(socket, 'ping');
      trips.push(performance.now() - start);
    }
    expect(Math.min(...trips)).toBeGreaterThanOrEqual(40);
    expect(Math.min(...trips)).toBeLessThan(50);
    const large = Buffer.alloc(
      16 * 1024 * 1024,
      Uint8Array.from({ length: 251 }, (_, index) => index),
    );
    const start = performance.now();
    const answer = read(socket, large.length);
    socket.write(large);
    expect((await answer).equals(large)).toBe(true);
    // One chunk of 64 KiB at a time would take 10 s.
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('keeps to a rate, which all connections share', async () => {
    const server = await echo();
    const link = await relay({ to: server, bytesPerSecond: 4_000_000 });
    const sockets = [await dial(link.port), await dial(link.port)];
    const start = performance.now();
    await Promise.all(
      sockets.map(async (socket) => {
        const answer = read(socket, 500_000);
        socket.write(Buffer.alloc(500_000));
        await answer;
      }),
    );
    expect(performance.now() - start).toBeGreaterThanOrEqual(249);
  });

  it('resets both ends when it is cut; a new connection passes', async () => {
    const server = await echo();
    const link = await relay({ to: server });
    const socket = await dial(link.port);
    await say(socket, 'hello');
    const [far] = server.sockets;
    if (!far) throw new Error('The server has no connection');
    const farClosed = new Promise<boolean>((resolve) => far.once('close', resolve));
    const error = once(socket, 'error');
    link.cut();
    expect(await error).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(await farClosed).toBe(true);
    expect(await say(await dial(link.port), 'again')).toBe('again');
  });

  it('swallows in the dark, and gives everything back when it heals', async () => {
    const server = await echo();
    const link = await relay({ to: server });
    const before = await dial(link.port);
    await say(before, 'a');
    link.blackhole();
    before.write('b');
    server.sockets.values().next().value?.write('c');
    const during = await dial(link.port);
    during.write('d');
    // The server is alive: many times the way through the relay.
    const direct = await dial(server.port);
    for (let index = 0; index < 50; index += 1) await say(direct, 'e');
    expect(server.received).toEqual(['a', 'e'.repeat(50)]);
    expect([before.bytesRead, during.bytesRead]).toEqual([1, 0]);
    const answers = Promise.all([read(before, 2), read(during, 1)]);
    await link.heal();
    expect((await answers).map(String)).toEqual(['cb', 'd']);
  });

  it('never tells the server of connections that were given up while it was dark', async () => {
    const server = await echo();
    const link = await relay({ to: server });
    link.blackhole();
    const leaving = await dial(link.port);
    leaving.write('a');
    leaving.destroy();
    await until('the relay sees it leave', () => link.counts.open === 0);
    await link.heal();
    expect(await say(await dial(link.port), 'b')).toBe('b');
    expect(server.received).toEqual(['b']);
  });

  it('refuses new connections while open ones go on, then listens on the same port', async () => {
    const server = await echo();
    const link = await relay({ to: server });
    const socket = await dial(link.port);
    link.refuse();
    await expect(dial(link.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await say(socket, 'still')).toBe('still');
    await link.heal();
    expect(await say(await dial(link.port), 'back')).toBe('back');
  });

  it('resets the client when nobody listens behind it', async () => {
    const server = await echo();
    const link = await relay({ to: server });
    await rooms.shift()?.[Symbol.asyncDispose]();
    const socket = connect(link.port, '127.0.0.1');
    expect(await once(socket, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});

describe('a silent port', () => {
  it('answers not even the handshake', async () => {
    const port = await openSilentPort();
    rooms.push(port);
    const socket = connect({ port: port.port, host: port.host, timeout: 1_000 });
    await Promise.race([once(socket, 'timeout'), once(socket, 'connect')]);
    expect(socket.connecting).toBe(true);
    socket.destroy();
  });
});

describe('a transcript', () => {
  const packet = (kind: number, payload: Buffer) => {
    const header = Buffer.alloc(6);
    header.writeUInt32BE(2 + payload.length);
    header[5] = kind;
    return Buffer.concat([header, payload]);
  };

  it('reads the clear part and counts the rest, however it is cut into chunks', () => {
    const payload = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    const cuts = fc.array(fc.nat(400), { maxLength: 20 });
    fc.assert(
      fc.property(payload, payload, cuts, (exchange, secret, at) => {
        const clear = Buffer.concat([
          Buffer.from('SSH-2.0-test\r\n'),
          packet(20, exchange),
          packet(21, Buffer.alloc(0)),
        ]);
        const all = Buffer.concat([clear, secret]);
        const transcript = createTranscript();
        const ends = [...at.filter((end) => end < all.length).sort((a, b) => a - b), all.length];
        ends.forEach((end, index) => {
          transcript.add(all.subarray(ends[index - 1] ?? 0, end));
        });
        expect(transcript.identification).toBe('SSH-2.0-test');
        expect(transcript.clearMessages).toEqual([20, 21]);
        expect(transcript.clearBytes.equals(clear)).toBe(true);
        expect(transcript.encryptedBytes).toBe(secret.length);
      }),
    );
  });
});
