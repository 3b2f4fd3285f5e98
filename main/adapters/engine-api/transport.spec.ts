import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionOptions } from './connection';
import { createTransport, type EngineCall, toPath } from './transport';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const call: EngineCall = {
  operation: 'Try',
  method: 'GET',
  path: '/thing',
  subject: { kind: 'thing', name: 'a' },
};

describe('transport', () => {
  let directory: string;
  let server: Server;
  let handler: Handler;
  let label: ConnectionOptions;
  const connections = new Set<net.Socket>();

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bz-transport-'));
    const socketPath = join(directory, 's');
    label = { hostId: 'h', endpoint: `unix://${socketPath}`, socketPath };
    server = createServer((request, response) => handler(request, response));
    server.on('connection', (socket) => connections.add(socket));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  });
  afterEach(async () => {
    for (const socket of connections) socket.destroy();
    connections.clear();
    server.close();
    await rm(directory, { recursive: true });
  });

  const open = (options = label) => createTransport(options, async () => '1.41');

  it('asks under the negotiated version and keeps the connection', async () => {
    const paths: (string | undefined)[] = [];
    handler = (request, response) => {
      paths.push(request.url);
      response.end('{}');
    };
    const transport = open();
    await transport.call({ ...call, query: { t: ['a:1', 'b:2'], all: true, none: undefined } });
    await transport.call(call);
    expect(paths).toEqual(['/v1.41/thing?t=a%3A1&t=b%3A2&all=true', '/v1.41/thing']);
    expect(connections.size).toBe(1);
    transport.close();
  });

  it.each([
    [404, 'NOT_FOUND'],
    [409, 'CONFLICT'],
    [500, 'ENGINE_REJECTED'],
  ])('maps the status %i to %s with the words of the engine', async (status, code) => {
    handler = (_request, response) => response.writeHead(status).end('{"message":"no luck"}');
    const transport = open();
    const failure = { code, message: 'Try: no luck' };
    await expect(transport.call(call)).rejects.toMatchObject(failure);
    await expect(transport.open(call)).rejects.toMatchObject(failure);
    await expect(transport.hijack(call)).rejects.toMatchObject(failure);
    transport.close();
  });

  it('rejects when the body is cut half-way', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"half":');
      setImmediate(() => response.destroy());
    };
    const transport = open();
    await expect(transport.call(call)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    transport.close();
  });

  it('reads again once when a kept connection had gone stale, and never writes twice', async () => {
    let requests = 0;
    handler = (request, response) => {
      requests += 1;
      if (requests === 2 || request.method === 'POST') request.socket.destroy();
      else response.end('ok');
    };
    const transport = open();
    await transport.call(call);
    expect((await transport.call(call)).body.toString()).toBe('ok');
    expect(requests).toBe(3);
    await expect(transport.call({ ...call, method: 'POST' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
    expect(requests).toBe(4);
    transport.close();
  });

  it('gives up after the time limit and on cancel, in the head and in the body', async () => {
    handler = (request, response) => {
      if (request.url?.endsWith('body')) response.write('begun');
    };
    const transport = open();
    for (const path of ['/head', '/body']) {
      const slow = transport.call({ ...call, path, timeoutMs: 50 });
      await expect(slow).rejects.toMatchObject({ code: 'TIMEOUT', data: { operation: 'Try', afterMs: 50 } });
      const cancelled = transport.call({ ...call, path, signal: AbortSignal.timeout(30) });
      await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    }
    transport.close();
  });

  it('lets a ping through while slow calls hold every slot', async () => {
    handler = (request, response) => {
      if (request.url === '/_ping') response.end('OK');
    };
    const transport = open();
    const stop = new AbortController();
    const slow = Array.from({ length: 40 }, () => transport.call({ ...call, signal: stop.signal }));
    const outcomes = Promise.allSettled(slow);
    const ping = await transport.call({ ...call, path: '/_ping', unversioned: true });
    expect(ping.body.toString()).toBe('OK');
    stop.abort();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    transport.close();
  });

  it('sends tunnelled requests through the tunnel and to no other address', async () => {
    handler = (_request, response) => response.end('{}');
    const socketPath = label.socketPath ?? '';
    const connected = vi.spyOn(net.Socket.prototype, 'connect');
    const transport = open({
      hostId: 'h',
      endpoint: 'ssh://example',
      createConnection: () => net.createConnection({ path: socketPath }),
    });
    await transport.call(call);
    const stream = await transport.open(call);
    stream.resume();
    await expect(transport.hijack(call)).rejects.toThrow();
    const targets = connected.mock.calls
      .flat(2)
      .filter((value) => typeof value === 'object' && value !== null);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect(target).toMatchObject({ path: socketPath });
    connected.mockRestore();
    transport.close();
  });

  it('says where nothing listens and what to do', async () => {
    const missing = open({ ...label, socketPath: join(directory, 'none'), endpoint: 'unix:///none' });
    const advice: unknown = expect.stringContaining('Start Docker Engine');
    await expect(missing.call(call)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      data: { host: 'h', endpoint: 'unix:///none', detail: advice },
    });
    missing.close();
  });
});

describe('toPath', () => {
  it('leaves the version out for the daemon itself', () => {
    expect(toPath({ ...call, path: '/_ping' }, null)).toBe('/_ping');
  });
});
