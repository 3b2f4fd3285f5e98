/** How one engine is reached: an agent that keeps connections alive, and the fixed part of every request. */
import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
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
  createConnection?: () => Duplex;
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

class TunnelAgent extends HttpAgent {
  readonly #connect: () => Duplex;
  constructor(connect: () => Duplex) {
    super({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS });
    this.#connect = connect;
  }
  override createConnection(): Duplex {
    return this.#connect();
  }
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
