/**
 * Ends a program on the other machine. OpenSSH passes no signals on for somebody who signed in as root, and never to
 * what runs through sudo, so the program says its number first and is ended by another one.
 */
import type { OpenLink } from './open-link';

const MARK = 'bizosaas-process';
const LINE = new RegExp(`${MARK} (\\d+)\\n`);

/** For sh, before anything else: its number stays that of what it becomes by `exec`, and of the group. */
export const SAY_PROCESS = `echo ${MARK} $$ >&2\n`;

export interface ProcessWatch {
  /** Null until the program has said it. */
  readonly processId: number | null;
  /** Hands on what is not the number. */
  push(chunk: Buffer): void;
  /** Hands on what was held back where no number came. */
  end(): void;
}

export function watchProcess(onChunk: (chunk: Buffer) => void): ProcessWatch {
  let processId: number | null = null;
  let before = '';
  const hand = (text: string) => {
    if (text) onChunk(Buffer.from(text, 'latin1'));
  };
  return {
    get processId() {
      return processId;
    },
    push(chunk) {
      if (processId !== null) return onChunk(chunk);
      before += chunk.toString('latin1');
      const found = LINE.exec(before);
      if (!found) return;
      processId = Number(found[1]);
      hand(before.replace(LINE, ''));
    },
    end() {
      if (processId === null) hand(before);
    },
  };
}

/** Without a word on failure: the program may have ended by itself. */
export function killGroup(link: OpenLink, processId: number, through: 'sudo' | null): void {
  if (link.failure) return;
  const command = `${through === 'sudo' ? 'sudo -n ' : ''}kill -KILL -- -${processId}`;
  try {
    link.client.exec(command, (error, channel) => {
      if (error) return;
      channel.resume();
      channel.stderr.resume();
    });
  } catch {
    // ssh2 throws where the connection has just ended.
  }
}
