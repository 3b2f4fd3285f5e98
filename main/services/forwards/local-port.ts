/** One bound port of this machine. It stays bound whatever becomes of the link; who connects waits a while, never forever. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { withTimeout } from '../../streams/abortable';
import type { Way } from './way';

const LOOPBACK = '127.0.0.1';
/** A browser opens six at a time; beyond this something is wrong, and the engine's own requests come first. */
const CONNECTIONS_AT_ONCE = 64;

export interface LocalPort {
  readonly port: number;
  readonly connections: number;
  /** Why the newest connection failed. */
  readonly failure: string | null;
  close(): Promise<void>;
}

export interface LocalPortOptions {
  way: Way;
  /** Taken when it is free. */
  preferred: number;
  /** How long a connection waits for a link that is away. */
  waitMs: number;
  onChange: () => void;
}

/** Rejects with the system's error when no port can be bound. */
export async function bindLocalPort(options: LocalPortOptions): Promise<LocalPort> {
  const { way, waitMs, onChange } = options;
  const open = new Set<Socket>();
  const life = new AbortController();
  let failure: string | null = null;

  function tell(why: string | null): void {
    failure = why;
    onChange();
  }

  async function serve(client: Socket): Promise<void> {
    const gone = new AbortController();
    client.once('close', () => gone.abort());
    using limit = withTimeout(waitMs, life.signal, gone.signal);
    try {
      const far = await way.connect(limit.signal);
      join(client, far);
      tell(null);
    } catch (error) {
      // A reset: an end without a word would look like an empty answer.
      client.resetAndDestroy();
      if (!gone.signal.aborted && !life.signal.aborted) tell(wordsFor(error, waitMs));
    }
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => {
    open.add(client);
    client.on('error', () => undefined);
    client.once('close', () => {
      open.delete(client);
      onChange();
    });
    onChange();
    void serve(client);
  });
  server.maxConnections = CONNECTIONS_AT_ONCE;
  const port = await listen(server, options.preferred);
  return {
    port,
    get connections() {
      return open.size;
    },
    get failure() {
      return failure;
    },
    close() {
      life.abort();
      for (const client of open) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Both ends go together; what is cut is cut for both. */
function join(client: Socket, far: Duplex): void {
  far.on('error', () => client.resetAndDestroy());
  far.once('close', () => client.destroySoon());
  client.once('close', () => far.destroy());
  client.pipe(far);
  far.pipe(client);
}

function wordsFor(error: unknown, waitMs: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `Nothing answered within ${Math.round(waitMs / 1000)} s: the link is lost, or the service hangs.`;
  return error instanceof Error ? error.message : String(error);
}

async function listen(server: Server, preferred: number): Promise<number> {
  const taken = await bind(server, preferred).then(
    () => false,
    () => true,
  );
  if (taken) await bind(server, 0);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : preferred;
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
