import dns from 'node:dns';
import net from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ProbeSpec, probeSpecSchema } from '../stacks/extension';
import { probeService } from './probe';

afterEach(() => vi.restoreAllMocks());

/** The far end of a connection, in memory: answers what was written with what `reply` says; null closes without a word. */
function farEnd(reply: (written: Buffer) => Buffer | string | null | undefined) {
  let written = Buffer.alloc(0);
  const connection: Duplex = new Duplex({
    read: () => undefined,
    write(part: Buffer, _, done) {
      written = Buffer.concat([written, part]);
      const answer = reply(written);
      if (answer !== undefined) {
        if (answer !== null) this.push(answer);
        this.push(null);
      }
      done();
    },
  });
  return { connection, sent: () => written.toString('latin1') };
}

const specOf = (over: Record<string, unknown>): ProbeSpec =>
  probeSpecSchema.parse({ kind: 'http', port: 8001, path: '/health', timeoutSeconds: 0.3, ...over });
const whole = (status: string, body: string) => (written: Buffer) =>
  written.includes('\r\n\r\n')
    ? `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    : undefined;
const pgError = (code: string) => {
  const fields = Buffer.from(`SFATAL\0C${code}\0Mno\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
};

function probe(spec: ProbeSpec, connect: () => Promise<Duplex>, signal = new AbortController().signal) {
  return probeService({ spec, address: '172.18.0.9', port: spec.port, connect, now: () => 42 }, signal);
}
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe('a probe over HTTP', () => {
  it('asks with the host the service expects, and leaves the given connection for nowhere else', async () => {
    const lookup = vi.spyOn(dns, 'lookup');
    const dial = vi.spyOn(net.Socket.prototype, 'connect');
    const { connection, sent } = farEnd(whole('200 OK', '{"status":"ok"}'));
    const spec = specOf({
      host: 'cms.example',
      headers: { 'x-forwarded-proto': 'https' },
      healthy: [{ path: 'status', in: ['ok'] }],
    });
    const { result, reached } = await probe(spec, async () => connection);
    expect(result).toMatchObject({
      at: 42,
      outcome: 'healthy',
      status: 200,
      target: 'GET http://172.18.0.9:8001/health',
    });
    expect(reached).toBe(true);
    expect(sent()).toMatch(/^GET \/health HTTP\/1\.1\r\n/);
    expect(sent()).toMatch(/\r\nhost: cms\.example\r\n/i);
    expect(sent()).toMatch(/\r\nx-forwarded-proto: https\r\n/i);
    expect(connection.destroyed).toBe(true);
    expect(lookup).not.toHaveBeenCalled();
    expect(dial).not.toHaveBeenCalled();
  });

  it('follows no redirect', async () => {
    const connect = vi.fn(
      async () => farEnd(whole('302 Found\r\nLocation: http://127.0.0.1:1/', '')).connection,
    );
    expect((await probe(specOf({}), connect)).result.outcome).toBe('listening');
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('sends a body with its length', async () => {
    const { connection, sent } = farEnd((written) =>
      written.includes('name') ? whole('200 OK', '{}')(written) : undefined,
    );
    await probe(specOf({ method: 'POST', body: '{"query":"{shop{name}}"}' }), async () => connection);
    expect(sent()).toMatch(/content-length: 24\r\n/i);
  });

  it('reads no more than 64 KB and shows no more than 300 characters', async () => {
    const endless = `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(200_000)}`;
    const { connection } = farEnd((written) => (written.includes('\r\n\r\n') ? endless : undefined));
    const { result } = await probe(specOf({}), async () => connection);
    expect(result.outcome).toBe('healthy');
    expect(result.excerpt).toHaveLength(300);
  });

  it('keeps credentials and control characters out of the evidence', async () => {
    const body = '{"db":"postgres://app:hunter2@db/x","api_key":"k-123"}\u0007';
    const { result } = await probe(specOf({}), async () => farEnd(whole('200 OK', body)).connection);
    expect(result.excerpt).not.toMatch(/hunter2|k-123|\p{Cc}/u);
  });

  it('calls a program that speaks something else foreign', async () => {
    const { connection } = farEnd(() => 'SSH-2.0-OpenSSH_9.2\r\n');
    expect((await probe(specOf({}), async () => connection)).result).toMatchObject({
      outcome: 'foreign',
      status: null,
    });
  });
});

describe('a probe that gets no answer', () => {
  it.each([
    ['a refusal', failing('ECONNREFUSED'), 'refused', true, /refuses connections on port 8001/],
    ['no route', failing('EHOSTUNREACH'), 'refused', false, /cannot be reached/],
    ['a server that forwards nothing', failing('EACCES'), 'refused', false, /cannot be reached/],
    [
      'silence',
      async () => farEnd(() => undefined).connection,
      'timeout',
      true,
      /gave no answer within 0.3 s/,
    ],
    [
      'a connection that never comes',
      () => new Promise<Duplex>(() => undefined),
      'timeout',
      false,
      /no answer/,
    ],
    ['an early end', async () => farEnd(() => null).connection, 'refused', true, /closes the connection/],
  ])('tells %s', async (_, connect, outcome, ...[reached, reason]) => {
    const probed = await probe(specOf({}), connect);
    expect(probed).toMatchObject({ reached, result: { outcome } });
    expect(probed.result.reason).toMatch(reason);
  });

  it('closes a connection that comes too late, and rejects only when it is called off', async () => {
    const { connection } = farEnd(() => undefined);
    let comeAbout = (): void => undefined;
    const late = new Promise<typeof connection>((resolve) => {
      comeAbout = () => resolve(connection);
    });
    await probe(specOf({}), () => late);
    comeAbout();
    await vi.waitFor(() => expect(connection.destroyed).toBe(true));
    const stop = new AbortController();
    const probing = probe(specOf({}), () => new Promise(() => undefined), stop.signal);
    stop.abort(new Error('left'));
    await expect(probing).rejects.toThrow('left');
  });
});

describe('a probe in the protocol of a data store', () => {
  it.each([
    [
      'asks for authentication',
      Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 5]),
      'healthy',
      /accepts connections/,
    ],
    ['has no such role', pgError('28000'), 'healthy', /accepts connections \(28000\)/],
    ['is starting up', pgError('57P03'), 'unhealthy', /57P03/],
    ['is a web server', 'HTTP/1.1 400 Bad Request\r\n', 'foreign', /not as PostgreSQL/],
  ])('PostgreSQL %s', async (_, reply, outcome, reason) => {
    const { connection, sent } = farEnd(() => reply);
    const { result } = await probe(specOf({ kind: 'postgres' }), async () => connection);
    expect(result.outcome).toBe(outcome);
    expect(result.reason).toMatch(reason);
    expect(sent()).toContain('user\0');
    expect(sent()).not.toContain('password');
  });

  it.each([
    ['answers', '+PONG\r\n', 'healthy', /PONG/],
    ['asks for its password', '-NOAUTH Authentication required.\r\n', 'healthy', /password/],
    ['is loading', '-LOADING Redis is loading\r\n', 'unhealthy', /loading/],
    ['is a web server', 'HTTP/1.1 400\r\n', 'foreign', /not as Redis/],
  ])('Redis %s', async (_, reply, outcome, reason) => {
    const { connection } = farEnd((written) => (written.includes('PING') ? reply : undefined));
    const { result } = await probe(specOf({ kind: 'redis' }), async () => connection);
    expect(result.outcome).toBe(outcome);
    expect(result.reason).toMatch(reason);
  });
});
