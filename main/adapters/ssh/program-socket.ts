/** A program on the other machine that carries one connection over its input and output. */
import { createDeferred } from '../../streams/deferred';
import type { ChannelSocket } from './channel-socket';
import type { ChannelKind } from './open-link';
import { type Program, type ProgramEnd, stopProgram } from './programs';
import { RELAY_CONNECTED } from './relay-command';
import type { SessionPool } from './session-pool';
import { forwardCode } from './tcp-failures';
import { sanitise } from './words';

const KEPT_WORDS = 1000;
/** The exit code comes with the last byte, unless the program or the server hangs. */
const EXIT_LIMIT_MS = 5_000;

export interface ProgramSocket {
  readonly socket: ChannelSocket;
  /** Resolves when the program says that it connected; rejects with what it says instead. */
  readonly connected: Promise<void>;
}

/**
 * `kind`: what the connection is counted as. What the program says on stderr becomes the socket's error. A forward ends
 * only once its program has ended well, so that a torn answer is not taken for a whole one; the engine's answers say
 * themselves how long they are, and socat and nc, which may carry them, do not tell.
 */
export async function throughProgram(
  sessions: SessionPool,
  command: string,
  kind: ChannelKind,
  signal?: AbortSignal,
): Promise<ProgramSocket> {
  const { link, program } = await sessions.start(command, { stays: kind !== 'engine', signal });
  const { channel } = program;
  const [connected, whole] = [createDeferred<void>(), createDeferred<void>()];
  const socket = link.adopt(channel, kind, {
    allowHalfOpen: false,
    ...(kind !== 'engine' && { whole: whole.promise }),
  });
  let said = '';
  channel.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-KEPT_WORDS);
    if (!said.includes(RELAY_CONNECTED)) return;
    // What fails from now on is said after it.
    said = said.slice(said.indexOf(RELAY_CONNECTED) + RELAY_CONNECTED.length);
    connected.resolve();
  });
  // A refused socket is told by the program, after the session was opened.
  void endOf(program).then((end) => {
    const words = sanitise(said) || wordsFor(end);
    connected.reject(link.failure ?? new Error(words));
    if (end?.exitCode === 0) return whole.resolve();
    const torn = link.failure ?? Object.assign(new Error(words), { code: forwardCode(words) });
    whole.reject(torn);
    if (end?.exitCode) socket.destroy(torn);
  });
  socket.once('close', () => stopProgram(channel));
  return { socket, connected: connected.promise };
}

/** Null when it does not say how it ended. */
function endOf({ channel, ended }: Program): Promise<ProgramEnd | null> {
  const overdue = createDeferred<null>();
  channel.once('end', () => {
    const timer = setTimeout(() => overdue.resolve(null), EXIT_LIMIT_MS);
    void ended.then(() => clearTimeout(timer));
  });
  return Promise.race([ended, overdue.promise]);
}

function wordsFor(end: ProgramEnd | null): string {
  return `the relay ended with ${end?.exitCode ?? end?.signal ?? 'no word'}`;
}
