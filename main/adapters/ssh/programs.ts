/** Programs on the other machine, each in a session channel of its own. */
import { sleep } from '../../streams/abortable';
import type { ClientChannel } from './driver';
import { withLifeline } from './lifeline';
import type { OpenLink } from './open-link';

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

export interface ProgramEnd {
  /** Null when the program ended by a signal or the connection without saying. */
  exitCode: number | null;
  signal: string | null;
}

export interface Program {
  readonly channel: ClientChannel;
  readonly ended: Promise<ProgramEnd>;
}

/** `begun` is called before anything else is read: a short program's end may stand in the same packet as its start. */
function exec<T>(link: OpenLink, command: string, begun: (channel: ClientChannel) => T): Promise<T> {
  return link.orLost(
    new Promise((resolve, reject) => {
      link.client.exec(command, (error, channel) => (error ? reject(error) : resolve(begun(channel))));
    }),
  );
}

const NONE_FREE = new Error('no session is free');

/** The server opened no session. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'reason' in error;
}

/** A session that just ended may still be counted by the server for a moment. */
const REFUSALS_ALONE = 20;
const REFUSED_PAUSE_MS = 100;

/**
 * Resolves once the program runs. Where no session is free it waits for one to end, unless told to reject.
 * `counted`: shown as a program; one that carries something else is shown as that.
 */
export async function startProgram(
  link: OpenLink,
  command: string,
  { signal, counted = true, waits = true }: { signal?: AbortSignal; counted?: boolean; waits?: boolean } = {},
): Promise<Program> {
  for (let alone = 0; ; ) {
    const release = await acquireSession(link, waits, signal);
    try {
      return await exec(link, command, (channel) => {
        return { channel, ended: untilEnd(link, channel, { release, counted }) };
      });
    } catch (error) {
      const others = link.slots.used - 1;
      if (others > 0 && isRefusal(error)) link.slots.learn(others);
      release();
      if (!isRefusal(error) || (others > 0 && !waits)) throw error;
      if (others === 0 && ++alone > REFUSALS_ALONE) throw error;
      if (others === 0) await link.orLost(sleep(REFUSED_PAUSE_MS, signal));
    }
  }
}

async function acquireSession(link: OpenLink, waits: boolean, signal?: AbortSignal): Promise<() => void> {
  const { slots } = link;
  if (!waits && slots.used >= slots.limit) throw NONE_FREE;
  return link.orLost(slots.acquire(signal));
}

function untilEnd(
  link: OpenLink,
  channel: ClientChannel,
  { release, counted }: { release: () => void; counted: boolean },
): Promise<ProgramEnd> {
  if (counted) link.count('programs', 1);
  return new Promise((resolve) => {
    let end: ProgramEnd = { exitCode: null, signal: null };
    channel.once('exit', (exitCode: number | null, signal?: string) => {
      end = { exitCode, signal: signal ?? null };
    });
    channel.once('close', () => {
      release();
      if (counted) link.count('programs', -1);
      resolve(end);
    });
  });
}

export interface Output {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string;
  /** The command is a shell and the input its script, which ends with everything it started when the signal aborts. */
  killable?: boolean;
  signal?: AbortSignal;
  onChunk?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
}

/** Reads everything a program says. Rejects with the link's failure, or the signal's reason once the program is told to end. */
export async function runProgram(link: OpenLink, command: string, options: RunOptions = {}): Promise<Output> {
  const { signal, input, killable, onChunk } = options;
  const { channel, ended } = await startProgram(link, command, { signal });
  const stdout = createCollector((chunk) => onChunk?.('stdout', chunk));
  const stderr = createCollector((chunk) => onChunk?.('stderr', chunk));
  channel.on('data', stdout.push);
  channel.stderr.on('data', stderr.push);
  if (killable) channel.write(withLifeline(input ?? ''));
  else channel.end(input);
  const end = link.orLost(ended);
  const { exitCode } = await (signal ? endOnAbort(() => stopProgram(channel), end, signal) : end);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function createCollector(onChunk: (chunk: Buffer) => void) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    push(chunk: Buffer) {
      bytes += chunk.length;
      if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
      onChunk(chunk);
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

/** Tells the program to end when the signal aborts, and rejects with its reason. */
export function endOnAbort<T>(stop: () => void, ended: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      stop();
      reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    ended.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The signal ends it where the server passes signals on (OpenSSH ≥ 7.9), the closed channel where it reads or writes. */
export function stopProgram(channel: ClientChannel): void {
  channel.signal('KILL');
  channel.resume();
  channel.stderr.resume();
  channel.close();
}
