/** Ends of a connection on loopback for the specs of the proxy: a server with a certificate of its own, and a proxy that writes down what it is asked. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, statSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** For server.invalid and 127.0.0.1, signed by itself and made anew each time; nobody trusts it who is not told to. */
const PEM = execFileSync(
  'openssl',
  [
    ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-subj', '/CN=server.invalid', '-addext', 'subjectAltName=DNS:server.invalid,IP:127.0.0.1'],
    ...['-keyout', '-', '-out', '-'],
  ],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
);
const KEY = PEM.slice(0, PEM.indexOf('-----BEGIN CERTIFICATE-----'));
export const CERTIFICATE = PEM.slice(KEY.length);

const open: (() => void)[] = [];

/** Ends what was started since the last call. */
export function closeServers(): void {
  for (const close of open.splice(0)) close();
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  open.push(() => {
    server.close();
    // A tunnel is no longer the server's own connection.
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function create(secure: boolean, listener: RequestListener): Server {
  return secure ? createSecureServer({ cert: CERTIFICATE, key: KEY }, listener) : createServer(listener);
}

/** Answers its port. */
export function startServer(secure: boolean, listener: RequestListener): Promise<number> {
  return listening(create(secure, listener));
}

/** Ends the connection once the first bytes are in the file, which is all that can be gone on from. */
export function breakOff(response: ServerResponse, part: Buffer, file: string): void {
  rmSync(file, { force: true });
  response.write(part);
  const look = setInterval(() => {
    if (!existsSync(file) || statSync(file).size === 0) return;
    clearInterval(look);
    response.destroy();
  }, 5);
}

export interface TestProxy {
  port: number;
  /** One entry for each request: what was asked, and the sign-in that came with it. */
  heard: { asked: string; signIn: string | undefined }[];
}

/** Takes every name for loopback. `answer` replaces what it does when it is asked for a tunnel. */
export async function startProxy(secure = false, answer?: (socket: Duplex) => void): Promise<TestProxy> {
  const heard: TestProxy['heard'] = [];
  const note = ({ method, url, headers }: IncomingMessage) => {
    const [kind, word = ''] = headers['proxy-authorization']?.split(' ') ?? [];
    const signIn = kind && `${kind} ${Buffer.from(word, 'base64').toString()}`;
    heard.push({ asked: `${method} ${url}`, signIn });
  };
  const server = create(secure, (asked, response) => {
    note(asked);
    const { port, pathname } = new URL(asked.url ?? '');
    const inner = request({ host: '127.0.0.1', port, path: pathname, headers: asked.headers });
    inner.on('response', (given) => given.pipe(response.writeHead(given.statusCode ?? 0, given.headers)));
    inner.end();
  });
  server.on('connect', (asked: IncomingMessage, socket: Duplex) => {
    note(asked);
    socket.on('error', () => socket.destroy());
    if (answer) answer(socket);
    else join(socket, Number(asked.url?.split(':').at(-1)));
  });
  return { port: await listening(server), heard };
}

function join(socket: Duplex, port: number): void {
  const way = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  way.on('error', () => socket.destroy());
  // What came before is still passed on.
  way.on('close', () => socket.end());
  socket.on('close', () => way.destroy());
  socket.pipe(way).pipe(socket);
}
