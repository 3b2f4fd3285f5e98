/**
 * One shell that stays on the other machine and answers small questions one after the other: a new session for each
 * would start the account's login shell with all it loads. It ends when nothing was asked for a while, or
 * when somebody needs its session.
 */
import type { ChannelSocket } from './channel-socket';
import type { OpenLink } from './open-link';
import { startProgram } from './programs';

const IDLE_MS = 20_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface Answer {
  exitCode: number;
  stdout: string;
}

export interface Asker {
  /** Runs a script for sh; what it writes to its error output is dropped. */
  ask(script: string, signal?: AbortSignal): Promise<Answer>;
}

interface Shell {
  readonly socket: ChannelSocket;
  run(script: string): Promise<Answer>;
}

function createAsker(link: OpenLink): Asker {
  let shell: Promise<Shell> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  function open(): Promise<Shell> {
    const opening = openShell(link);
    shell = opening;
    const forget = () => {
      if (shell !== opening) return;
      shell = null;
      clearTimeout(idle);
    };
    opening.then(({ socket }) => socket.once('close', forget), forget);
    return opening;
  }

  async function run(script: string, signal?: AbortSignal): Promise<Answer> {
    signal?.throwIfAborted();
    clearTimeout(idle);
    const current = await (shell ?? open());
    current.socket.ref();
    // A shell that is busy with what nobody waits for must not keep the next question waiting.
    const onAbort = () => current.socket.destroy();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await current.run(script);
    } catch (error) {
      throw signal?.aborted ? signal.reason : (link.failure ?? error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      current.socket.unref();
      if (!current.socket.destroyed) idle = setTimeout(() => current.socket.destroy(), IDLE_MS).unref();
    }
  }

  return {
    ask(script, signal) {
      const answer = last.then(() => run(script, signal));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

const askers = new WeakMap<OpenLink, Asker>();

/** The one of this connection. */
export function askerOf(link: OpenLink): Asker {
  const asker = askers.get(link) ?? createAsker(link);
  askers.set(link, asker);
  return asker;
}

async function openShell(link: OpenLink): Promise<Shell> {
  const { channel } = await startProgram(link, 'exec sh', { counted: false });
  const socket = link.adopt(channel, 'programs', { allowHalfOpen: true });
  channel.stderr.resume();
  let asked = 0;
  return {
    socket,
    run(script) {
      asked += 1;
      const mark = `bizosaas-answer-${asked}`;
      const answer = readUntil(socket, mark);
      socket.write(`(\n${script}\n) </dev/null 2>/dev/null; echo; echo ${mark} $?\n`);
      return answer;
    },
  };
}

/** Everything before the line of the mark, which ends with the exit code. */
function readUntil(socket: ChannelSocket, mark: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const leave = () => {
      socket.off('data', onData);
      socket.off('close', onClose);
    };
    const onClose = () => {
      leave();
      reject(new Error('the shell on the other machine ended'));
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) socket.destroy();
      // The mark's line is short and comes last, so that its end is the end of a chunk.
      const tail = Buffer.concat(chunks.slice(-2)).toString('latin1');
      if (!/ \d+\n$/.test(tail)) return;
      const found = parseAnswer(Buffer.concat(chunks).toString('utf8'), mark);
      if (!found) return;
      leave();
      resolve(found);
    };
    socket.on('data', onData);
    socket.once('close', onClose);
  });
}

export function parseAnswer(said: string, mark: string): Answer | null {
  const at = said.lastIndexOf(`\n${mark} `);
  if (at < 0) return null;
  return { stdout: said.slice(0, at), exitCode: Number(said.slice(at + mark.length + 2)) };
}
