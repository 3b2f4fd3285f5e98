/**
 * sudo with a password on its standard input. It is given only to the prompt that asks for it, and the script only to
 * the shell that says it is there: sent ahead, a password sudo did not need would be run as a command.
 */
import type { ClientChannel } from './driver';
import { withLifeline } from './lifeline';
import type { OpenLink } from './open-link';
import { endOnAbort, type Output, startProgram, stopProgram } from './programs';
import { quote } from './quoting';

const PROMPT = 'bizosaas-sudo-password:';
const READY = 'bizosaas-sudo-ready';
/** -k asks although the password was given a moment ago; sudo would ask three times by itself. */
const COMMAND = `exec sudo -k -S -p ${quote(PROMPT)} sh -c ${quote(`echo ${READY} >&2; exec sh`)}`;

export type SudoOutcome =
  | { kind: 'ran'; output: Output }
  | { kind: 'refused'; said: string }
  /** Whatever the password: the account may not use sudo. */
  | { kind: 'not-allowed'; said: string };

interface Secrets {
  password: string;
  script: string;
}

type OnChunk = (stream: 'stdout' | 'stderr', chunk: Buffer) => void;

export async function throughSudo(
  link: OpenLink,
  secrets: Secrets,
  onChunk: OnChunk,
  signal?: AbortSignal,
): Promise<SudoOutcome> {
  const { channel, ended } = await startProgram(link, COMMAND, { signal });
  const talk = converse(channel, secrets, onChunk);
  const end = link.orLost(ended);
  const { exitCode } = await (signal ? endOnAbort(() => stopProgram(channel), end, signal) : end);
  const { stdout, stderr, before, ready } = talk();
  if (ready) return { kind: 'ran', output: { exitCode, stdout, stderr } };
  const said =
    before
      .split('\n')
      .filter((line) => /\S/.test(line) && !line.includes(PROMPT))
      .at(-1) ?? '';
  return {
    kind: /sudoers|not allowed|may not run|must have a tty/i.test(before) ? 'not-allowed' : 'refused',
    said,
  };
}

/** Answers the prompt once, sends the script once, and keeps what comes after that. */
function converse(channel: ClientChannel, { password, script }: Secrets, onChunk: OnChunk) {
  const outputs = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let before = '';
  let given = false;
  let ready = false;
  const keep = (stream: 'stdout' | 'stderr', chunk: Buffer) => {
    if (chunk.length === 0) return;
    outputs[stream].push(chunk);
    onChunk(stream, chunk);
  };
  const onPrompt = () => {
    const prompts = before.split(PROMPT).length - 1;
    if (prompts > 1) channel.end();
    else if (prompts === 1 && !given) {
      given = true;
      channel.write(`${password}\n`);
    }
  };
  channel.on('data', (chunk: Buffer) => keep('stdout', chunk));
  channel.stderr.on('data', (chunk: Buffer) => {
    if (ready) return keep('stderr', chunk);
    before += chunk.toString('latin1');
    const at = before.indexOf(`${READY}\n`);
    if (at < 0) return onPrompt();
    ready = true;
    keep('stderr', Buffer.from(before.slice(at + READY.length + 1), 'latin1'));
    channel.write(withLifeline(script));
  });
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
  return () => ({ stdout: text(outputs.stdout), stderr: text(outputs.stderr), before, ready });
}
