/** How one engine is reached: an agent that keeps connections alive, and the fixed part of every request. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import { type Duplex, PassThrough } from 'node:stream';
import type { EngineLabel } from './failures';

export interface TlsMaterial {
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  /** False only when the user's context says so. */
  verify: boolean;
}

export interface ConnectionOptions extends EngineLabel {
  /** Unix socket, or a named pipe of Windows. */
  socketPath?: string;
  host?: string;
  port?: number;
  tls?: TlsMaterial;
  /** A tunnel: every connection is made by this function and by nothing else. */
  createConnection?: () => Duplex | Promise<Duplex>;
  /**
   * Asked before each request of a tunnel: resolves once it stands and has room, however long that takes; a call's
   * own time limit begins after it. The function it answers is called when the request's connection is free
   * again. Rejects with why there is no tunnel. `long`: a stream that may last.
   */
  enter?: (request: { long: boolean; signal?: AbortSignal }) => Promise<() => void>;
}

/**
 * Names no machine: if a request ever slipped past the tunnel it would reach nobody. Node ignores
 * `createConnection` for requests without an agent, so it is set on the agent itself.
 */
const TUNNEL_HOST = 'engine.invalid';
const IDLE_SOCKETS = 8;
/** Left out, the agent makes one up from the host at every request. */
const NO_TLS = { servername: '' };

export interface Connection {
  request: typeof httpRequest;
  target: RequestOptions;
  close(): void;
}

type Created = (error: Error | null, socket: Duplex) => void;

/** Bounded by the calls in flight: the agent's own `maxSockets` does not count what is still being made. */
class TunnelAgent extends HttpAgent {
  readonly #connect: () => Duplex | Promise<Duplex>;
  constructor(connect: () => Duplex | Promise<Duplex>) {
    super({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS });
    this.#connect = connect;
  }
  override createConnection(_options: unknown, created?: Created): Duplex | undefined {
    const socket = this.#connect();
    if (!(socket instanceof Promise)) return socket;
    socket.then(
      (made) => created?.(null, made),
      // With an error the socket is not looked at; the type wants one all the same.
      (error: unknown) => created?.(asError(error), new PassThrough().destroy()),
    );
    return undefined;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function tlsConnection(options: ConnectionOptions, tls: TlsMaterial): Connection {
  // Not imported: few engines are reached this way, and every start of the command line would wait for TLS to load.
  const { Agent: HttpsAgent, request: httpsRequest } = process.getBuiltinModule('node:https');
  const { verify, ...material } = tls;
  const agent = new HttpsAgent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS });
  const target = { host: options.host, port: options.port, agent, rejectUnauthorized: verify, ...material };
  return { request: httpsRequest, target, close: () => agent.destroy() };
}

export function openConnection(options: ConnectionOptions): Connection {
  if (options.tls) return tlsConnection(options, options.tls);
  const agent = options.createConnection
    ? new TunnelAgent(options.createConnection)
    : new HttpAgent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS });
  const place = options.socketPath
    ? { socketPath: options.socketPath, host: TUNNEL_HOST }
    : { host: options.createConnection ? TUNNEL_HOST : options.host, port: options.port };
  return { request: httpRequest, target: { ...place, ...NO_TLS, agent }, close: () => agent.destroy() };
}

/** A connection that changed its protocol is never free again; any other is once its request has closed. */
export function whenFree(request: ClientRequest, leave: () => void): void {
  let taken = false;
  request.once('upgrade', (_response, socket) => {
    taken = true;
    socket.once('close', leave);
  });
  // A moment later the agent has it back, and the next request finds it.
  request.once('close', () => {
    if (!taken) setImmediate(leave);
  });
}
