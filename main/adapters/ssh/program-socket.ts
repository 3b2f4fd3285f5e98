/** A program on the other machine that carries one connection over its input and output. */
import { createDeferred } from '../../streams/deferred';
import type { ChannelSocket } from './channel-socket';
import type { ChannelKind } from './open-link';
import { stopProgram } from './programs';
import { RELAY_CONNECTED } from './relay-command';
import type { SessionPool } from './session-pool';
import { sanitise } from './words';

const KEPT_WORDS = 1000;

export interface ProgramSocket {
  readonly socket: ChannelSocket;
  /** Resolves when the program says that it connected; rejects with what it says instead. */
  readonly connected: Promise<void>;
}

/** `kind`: what the connection is counted as. What the program says on stderr becomes the socket's error. */
export async function throughProgram(
  sessions: SessionPool,
  command: string,
  kind: ChannelKind,
  signal?: AbortSignal,
): Promise<ProgramSocket> {
  const { link, program } = await sessions.start(command, { stays: kind !== 'engine', signal });
  const { channel, ended } = program;
  const socket = link.adopt(channel, kind, { allowHalfOpen: false });
  const connected = createDeferred<void>();
  let said = '';
  channel.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-KEPT_WORDS);
    if (!said.includes(RELAY_CONNECTED)) return;
    // What fails from now on is said after it.
    said = said.slice(said.indexOf(RELAY_CONNECTED) + RELAY_CONNECTED.length);
    connected.resolve();
  });
  // A refused socket is told by the program, after the session was opened.
  void ended.then(({ exitCode }) => {
    const failure = new Error(sanitise(said) || `the relay ended with ${exitCode}`);
    connected.reject(link.failure ?? failure);
    if (exitCode) socket.destroy(failure);
  });
  socket.once('close', () => stopProgram(channel));
  return { socket, connected: connected.promise };
}
