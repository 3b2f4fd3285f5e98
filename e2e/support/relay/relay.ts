import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createLink, type Link, type Target } from './link';
import { createTranscript, type Transcript } from './transcript';
import { createWire, type WireOptions } from './wire';

export interface RelayOptions {
  to: Target;
  /** Each way: 20 makes a round trip of 40 ms. Default 0. */
  delayMs?: number;
  /** Each way, of all connections together. Default: as fast as it goes. */
  bytesPerSecond?: number;
  /** Keeps what clients of an SSH server send until they encrypt. Default: not. */
  record?: boolean;
}

export interface RelayCounts {
  /** Accepted since the start. */
  connections: number;
  /** Of them still open. */
  open: number;
  bytesToServer: number;
  bytesToClient: number;
}

export interface Relay extends AsyncDisposable {
  host: string;
  port: number;
  readonly counts: Readonly<RelayCounts>;
  /** With `record`, one for each accepted connection, oldest first. */
  readonly transcripts: readonly Transcript[];
  /** Resets every open connection; new ones pass. */
  cut(): void;
  /** Nothing passes and nothing is said: open connections freeze, new ones are accepted and get no byte. */
  blackhole(): void;
  /** New connections are refused (ECONNREFUSED); open ones go on. */
  refuse(): void;
  /** Ends `blackhole` and `refuse`: what was frozen goes on with no byte lost. */
  heal(): Promise<void>;
  /** For what is sent from now on. */
  change(link: Partial<WireOptions>): void;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The relay has no port');
  return address.port;
}

export async function startRelay(options: RelayOptions): Promise<Relay> {
  const wire = { delayMs: options.delayMs ?? 0, bytesPerSecond: options.bytesPerSecond ?? null };
  const toServer = createWire({ ...wire });
  const toClient = createWire({ ...wire });
  const counts: RelayCounts = { connections: 0, open: 0, bytesToServer: 0, bytesToClient: 0 };
  const transcripts: Transcript[] = [];
  const links = new Set<Link>();
  let dark = false;

  function accept(client: Socket): void {
    const transcript = options.record ? createTranscript() : null;
    const link = createLink(client, {
      to: options.to,
      toServer,
      toClient,
      sentToServer: (bytes) => {
        transcript?.add(bytes);
        counts.bytesToServer += bytes.length;
      },
      sentToClient: (bytes) => {
        counts.bytesToClient += bytes.length;
      },
    });
    links.add(link);
    if (transcript) transcripts.push(transcript);
    counts.connections += 1;
    counts.open += 1;
    client.on('close', () => {
      links.delete(link);
      counts.open -= 1;
    });
    if (!dark) link.thaw();
  }

  const server = createServer({ allowHalfOpen: true }, accept);
  const port = await listen(server, 0);
  const cut = () => {
    for (const link of links) link.reset();
  };
  const refuse = () => {
    if (server.listening) server.close();
  };
  return {
    host: '127.0.0.1',
    port,
    counts,
    transcripts,
    cut,
    blackhole() {
      dark = true;
      for (const link of links) link.freeze();
    },
    refuse,
    async heal() {
      if (!server.listening) await listen(server, port);
      dark = false;
      for (const link of links) link.thaw();
    },
    change(link) {
      for (const each of [toServer, toClient]) each.options = { ...each.options, ...link };
    },
    async [Symbol.asyncDispose]() {
      cut();
      refuse();
    },
  };
}
