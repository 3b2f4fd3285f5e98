/**
 * HTTP to one engine. Written over node:http instead of dockerode: requiring dockerode costs about 160 ms
 * (grpc, ssh2, protobuf) of the 240 ms an unchanged apply may take, it reads DOCKER_HOST on its own, inspects the
 * whole agent at every request, and a body cut half-way never settles. Builds load it all the same, without its
 * HTTP client: see ../dockerode.
 */
import { setMaxListeners } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { hasCode } from '../../services/errors';
import { allBytes } from './bytes';
import { type ConnectionOptions, openConnection, whenFree } from './connection';
import { rejected, timedOut, translate, unavailable } from './failures';
import { createSemaphore } from './semaphore';

export const DEFAULT_TIMEOUT_MS = 30_000;
const CALLS_IN_FLIGHT = 24;

export type Query = Record<string, string | number | boolean | string[] | undefined>;

export interface EngineCall {
  /** For messages: `List containers`. */
  operation: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Without the version prefix, components encoded. */
  path: string;
  query?: Query;
  json?: unknown;
  body?: Readable;
  headers?: Record<string, string>;
  /** The protocol a hijacked connection changes to. Default `tcp`. */
  upgrade?: string;
  /** What NOT_FOUND and CONFLICT name. */
  subject?: { kind: string; name: string };
  /** Statuses besides 2xx that are fine, such as 304 for a container that already runs. */
  accept?: number[];
  /** For the whole exchange; null waits as long as it takes. Default 30 s. */
  timeoutMs?: number | null;
  /** Asked of the daemon itself, before a version is known. */
  unversioned?: boolean;
  signal?: AbortSignal;
}

export interface EngineAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface Transport {
  /** Reads the whole body. */
  call(call: EngineCall): Promise<EngineAnswer>;
  /** Resolves with the body's stream once the status is known to be good. */
  open(call: EngineCall): Promise<IncomingMessage>;
  /** Takes the connection over, for exec and attach. */
  hijack(call: EngineCall): Promise<Duplex>;
  close(): void;
}

interface Attempt {
  reused: boolean;
}

interface Exchange {
  request: ClientRequest;
  response: Promise<IncomingMessage>;
  upgraded: Promise<Duplex>;
  /** Ends the exchange with this error wherever it is. */
  fail(error: Error): void;
}

export function toPath(call: EngineCall, version: string | null): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(call.query ?? {})) {
    if (Array.isArray(value)) for (const one of value) query.append(key, one);
    else if (value !== undefined) query.set(key, String(value));
  }
  const prefix = version === null ? '' : `/v${version}`;
  const text = query.toString();
  return `${prefix}${call.path}${text ? `?${text}` : ''}`;
}

function engineMessage(body: Buffer): string {
  const text = body.toString('utf8').trim();
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message);
  } catch {
    return text;
  }
  return text;
}

export function createTransport(
  options: ConnectionOptions,
  versionFor: (call: EngineCall) => Promise<string | null>,
): Transport {
  const connection = openConnection(options);
  const slots = createSemaphore(CALLS_IN_FLIGHT);

  function begin(call: EngineCall, version: string | null, headers: Record<string, string>): Exchange {
    const payload = call.json === undefined ? null : JSON.stringify(call.json);
    const request = connection.request({
      ...connection.target,
      method: call.method,
      path: toPath(call, version),
      headers: {
        ...(payload === null ? {} : { 'content-type': 'application/json' }),
        ...(payload === null ? {} : { 'content-length': Buffer.byteLength(payload) }),
        ...call.headers,
        ...headers,
      },
    });
    const exchange = follow(request);
    if (call.body) send(call.body, request, exchange);
    else request.end(payload ?? undefined);
    return exchange;
  }

  async function refuse(call: EngineCall, response: IncomingMessage): Promise<never> {
    const detail = engineMessage(await allBytes(response));
    throw rejected(call.operation, response.statusCode ?? 0, detail, call.subject ?? { kind: '', name: '' });
  }

  function isGood(call: EngineCall, response: IncomingMessage): boolean {
    const status = response.statusCode ?? 0;
    return (status >= 200 && status < 300) || (call.accept?.includes(status) ?? false);
  }

  /** Runs one exchange under the caller's signal and the call's time limit. */
  async function exchange<T>(
    call: EngineCall,
    headers: Record<string, string>,
    use: (exchange: Exchange) => Promise<T>,
  ): Promise<T> {
    const guard = { timeout: false };
    const limitMs = call.timeoutMs === undefined ? DEFAULT_TIMEOUT_MS : call.timeoutMs;
    try {
      const version = call.unversioned ? null : await versionFor(call);
      const leave = await options.enter?.({ long: limitMs === null, signal: call.signal });
      const started = start(call, leave, () => begin(call, version, headers));
      const stop = limit(started, call.signal, limitMs, guard);
      return await use(started).finally(stop);
    } catch (error) {
      if (guard.timeout && !call.signal?.aborted) throw timedOut(options, call.operation, limitMs ?? 0);
      throw translate(options, call.operation, error, call.signal);
    }
  }

  /**
   * A kept connection may have been closed by the engine while it was idle; the request then fails
   * before it was read. Reading again is safe, anything else is the caller's decision.
   */
  async function read(call: EngineCall): Promise<EngineAnswer> {
    const attempt: Attempt = { reused: false };
    return once(call, attempt).catch((error: unknown) => {
      const again = call.method === 'GET' && attempt.reused && hasCode(error, 'ENGINE_UNAVAILABLE');
      if (!again) throw error;
      return once(call, attempt);
    });
  }

  async function once(call: EngineCall, attempt: Attempt): Promise<EngineAnswer> {
    return exchange(call, {}, async ({ request, response: arriving }) => {
      const response = await arriving.finally(() => {
        attempt.reused = request.reusedSocket;
      });
      if (!isGood(call, response)) return refuse(call, response);
      return { status: response.statusCode ?? 0, headers: response.headers, body: await allBytes(response) };
    });
  }

  return {
    async call(call) {
      allowManyListeners(call);
      // The ping must get through while slow calls hold every slot.
      if (call.unversioned) return read(call);
      const release = await slots.acquire(call.signal).catch((error: unknown) => {
        throw translate(options, call.operation, error, call.signal);
      });
      return read(call).finally(release);
    },
    async open(call) {
      allowManyListeners(call);
      return exchange({ timeoutMs: null, ...call }, {}, async ({ response: arriving, fail }) => {
        const response = await arriving;
        if (!isGood(call, response)) return refuse(call, response);
        destroyOnAbort(response, call.signal, fail);
        return response;
      });
    },
    async hijack(call) {
      const headers = { connection: 'Upgrade', upgrade: call.upgrade ?? 'tcp' };
      return exchange(call, headers, async ({ response, upgraded, fail }) => {
        const socket = await Promise.race([upgraded, response.then((answer) => refuse(call, answer))]);
        destroyOnAbort(socket, call.signal, fail);
        return socket;
      });
    },
    close: () => connection.close(),
  };

  function follow(request: ClientRequest): Exchange {
    let body: IncomingMessage | null = null;
    let refuse: (error: Error) => void = () => undefined;
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      refuse = reject;
      request.on('response', (arrived) => {
        body = arrived;
        resolve(arrived);
      });
      // Stays for the life of the request: an error after the answer must not become an uncaught one.
      request.on('error', reject);
      request.on('close', () => reject(unavailable(options, 'Connection', 'closed before an answer came')));
    });
    const upgraded = new Promise<Duplex>((resolve) => {
      request.on('upgrade', (_response, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
    });
    response.catch(() => undefined);
    const fail = (error: Error) => {
      // A request whose connection is still being made says nothing of its end until it has one.
      refuse(error);
      (body ?? request).destroy(error);
    };
    return { request, response, upgraded, fail };
  }
}

/** One task's signal is behind hundreds of calls at once; Node would take that for a leak and print so. */
function allowManyListeners(call: EngineCall): void {
  if (call.signal) setMaxListeners(0, call.signal);
}

function start(call: EngineCall, leave: (() => void) | undefined, begin: () => Exchange): Exchange {
  try {
    call.signal?.throwIfAborted();
    const started = begin();
    if (leave) whenFree(started.request, leave);
    return started;
  } catch (error) {
    leave?.();
    throw error;
  }
}

function send(body: Readable, request: ClientRequest, exchange: Exchange): void {
  body.on('error', exchange.fail).pipe(request);
  request.on('close', () => body.destroy());
}

function limit(
  exchange: Exchange,
  signal: AbortSignal | undefined,
  limitMs: number | null,
  guard: { timeout: boolean },
): () => void {
  const onAbort = () => exchange.fail(new Error('aborted'));
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    limitMs === null
      ? null
      : setTimeout(() => {
          guard.timeout = true;
          exchange.fail(new Error('timed out'));
        }, limitMs);
  return () => {
    signal?.removeEventListener('abort', onAbort);
    if (timer) clearTimeout(timer);
  };
}

/** A stream outlives the call that opened it, and so must the caller's signal. */
function destroyOnAbort(
  stream: Duplex | IncomingMessage,
  signal: AbortSignal | undefined,
  fail: (error: Error) => void,
): void {
  if (!signal) return;
  const onAbort = () => {
    stream.destroy(new Error('aborted'));
    fail(new Error('aborted'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  stream.once('close', () => signal.removeEventListener('abort', onAbort));
  // The reader sees the error too; without any reader it must not become an uncaught one.
  stream.on('error', () => undefined);
}
