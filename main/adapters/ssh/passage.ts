/** The whole way to one machine: through its jumps, each signed in to by itself, to a client of the machine. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SshTarget } from '../../services/hosts/ssh/face';
import { raceSignal, withTimeout } from '../../streams/abortable';
import { ChannelSocket } from './channel-socket';
import { type Client, type ClientChannel, loadDriver } from './driver';
import { type Credentials, signIn } from './handshake';
import { type HopLog, hopFailure } from './hops';
import { reach } from './reach';
import { machineOf, sanitise, tcpFailure } from './words';

export interface Passage {
  readonly client: Client;
  readonly machine: string;
  readonly target: SshTarget;
  /** This machine's, of the connection to the first machine of the way; null where it was gone at once. */
  readonly localAddress: string | null;
  /** On this machine's own network: what the whole way carries. */
  wireBytes(): { sent: number; received: number };
  /** SSH handshakes it took. */
  readonly handshakes: number;
  close(): void;
}

export interface PassageOptions extends Credentials {
  target: SshTarget;
  log: HopLog;
  signal: AbortSignal;
}

/** The jump looks the name up, so that names of its own network work. */
async function throughJump(
  jump: Client,
  from: SshTarget,
  to: SshTarget,
  options: PassageOptions,
): Promise<Duplex> {
  const { log, signal } = options;
  const machine = machineOf(to);
  log.skip('name', machine, `Looked up by ${machineOf(from)}.`);
  return log.step('tcp', machine, async () => {
    using limit = withTimeout(to.connectTimeoutMs, signal);
    try {
      const channel = await raceSignal(forward(jump, to.host, to.port), limit.signal);
      const value = new ChannelSocket(channel, { allowHalfOpen: false });
      return { value, finding: `Reached through ${machineOf(from)}.` };
    } catch (error) {
      if (signal.aborted) throw error;
      const said = error instanceof Error ? sanitise(error.message) : '';
      const finding = `${machineOf(from)} could not connect to ${to.host}:${to.port}: ${said}.`;
      throw hopFailure('tcp', machine, { ...tcpFailure(to.host, error), finding }, error);
    }
  });
}

function forward(client: Client, host: string, port: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });
}

/** Rejects with the failure of the hop that failed; nothing stays open then. */
export async function openPassage(options: PassageOptions): Promise<Passage> {
  const driver = await loadDriver();
  const clients: Client[] = [];
  const { target, log, signal } = options;
  const stops = [...target.jumps, target];
  let first: Socket | null = null;
  let socket: Duplex | null = null;
  const close = () => {
    for (const client of clients.toReversed()) client.end();
    for (const client of clients.toReversed()) client.destroy();
    first?.destroy();
  };
  try {
    for (const [index, stop] of stops.entries()) {
      const jump = clients.at(-1);
      const before = stops[index - 1];
      if (jump && before) socket = await throughJump(jump, before, stop, options);
      else socket = first = await reach({ target: stop, log, signal });
      const client = await signIn({ ...options, driver, target: stop, socket });
      // From now on the link listens for the end; an error without a listener would end the program.
      client.on('error', () => undefined);
      clients.push(client);
    }
  } catch (error) {
    close();
    throw error;
  }
  const [client, wire] = [clients.at(-1), first];
  if (!client || !wire) throw new Error('a way without a machine');
  return {
    client,
    target,
    machine: machineOf(target),
    handshakes: clients.length,
    // A link-local one has its interface behind it.
    localAddress: wire.localAddress?.replace(/%.*$/, '') ?? null,
    wireBytes: () => ({ sent: wire.bytesWritten, received: wire.bytesRead }),
    close,
  };
}
