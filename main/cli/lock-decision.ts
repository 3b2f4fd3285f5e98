/** A lock that another console left behind is broken by a person's decision alone: on the terminal, or with a flag. */
import type { Failure, Task } from '../../preload/contract';
import type { CommandContext } from './context';
import { EXIT, type ExitCode } from './exit-codes';
import type { Opened } from './open';

export interface LockWords {
  /** Decided beforehand. What answers every other question with yes says nothing about a lock. */
  breakLock: boolean;
}

interface Deciding extends Pick<CommandContext, 'terminal' | 'options'>, LockWords {
  opened: Pick<Opened, 'console' | 'on'>;
  report: (task: Task) => ExitCode;
}

const HOW = 'To break the lock and go on, give the same command again with --break-lock.\n';

/** Runs the change, and once more when it was stopped by a lock that may be broken. */
export async function runPastLock(deciding: Deciding, run: () => Promise<Task>): Promise<ExitCode> {
  const { opened, terminal, breakLock, report } = deciding;
  const first = await run();
  const refusal = leftBehind(first);
  if (refusal === null) return report(first);
  const decision = breakLock ? 'break' : await decide(refusal, deciding);
  if (decision === 'leave') return EXIT.LOCKED;
  if (decision === 'nobody') {
    const code = report(first);
    terminal.note(HOW);
    return code;
  }
  if (breakLock) terminal.note(`${refusal.message}\nThe lock is broken, as --break-lock says.\n`);
  await opened.console.services.stacks.breakLock(opened.on, { onlyStale: true });
  return report(await run());
}

function leftBehind({ status }: Task): Failure | null {
  if (status.state !== 'failed') return null;
  const { failure } = status;
  return failure.code === 'APPLY_LOCKED' && failure.data.stale === true ? failure : null;
}

async function decide(
  { message }: Failure,
  { terminal, options }: Deciding,
): Promise<'break' | 'leave' | 'nobody'> {
  if (options.json || !terminal.interactive) return 'nobody';
  const typed = await terminal.ask(`${message}\nBreak the lock and go on? [y/N] `);
  return typed?.trim().toLowerCase().startsWith('y') ? 'break' : 'leave';
}
