/** Runs a program of this machine without a shell. */
import type { ExecFileException } from 'node:child_process';
import { constants } from 'node:os';
import { cancelled, DomainError } from '../../services/errors';
import type { CommandResult } from '../../services/hosts/host-session';

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const SIGNAL_EXIT = 128;

function failure(command: string, error: Error, signal?: AbortSignal): Error {
  if (signal?.aborted) return cancelled(`Run ${command}`);
  if ('code' in error && error.code === 'ENOENT')
    return new DomainError(
      'NOT_FOUND',
      { kind: 'program', name: command },
      `The program ${command} was not found on this machine.`,
    );
  const detail = `${command}: ${error.message}`;
  return new DomainError('HOST_UNREACHABLE', { host: 'local', hop: 'program', detail }, detail, {
    cause: error,
  });
}

/** Null for what is no end of the program itself. One a signal ended has 128 and its number, as a shell says it. */
function exitCodeOf({ code, signal }: ExecFileException): number | null {
  if (typeof code === 'number') return code;
  return !code && signal ? SIGNAL_EXIT + constants.signals[signal] : null;
}

/** An exit code other than 0 is an answer, not a failure. */
export function run(
  command: string,
  args: string[],
  environment: Record<string, string | undefined>,
  signal?: AbortSignal,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    // Not imported: most commands run no program, and every start of the command line would wait for it to load.
    const { execFile } = process.getBuiltinModule('node:child_process');
    const options = { signal, maxBuffer: MAX_OUTPUT_BYTES, env: environment };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ exitCode: 0, stdout, stderr });
      const exitCode = exitCodeOf(error);
      if (exitCode !== null) return resolve({ exitCode, stdout, stderr });
      reject(failure(command, error, signal));
    });
  });
}
