/** Runs a program of this machine without a shell. */
import { execFile } from 'node:child_process';
import { cancelled, DomainError } from '../../services/errors';
import type { CommandResult } from '../../services/hosts/host-session';

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

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

/** An exit code other than 0 is an answer, not a failure. */
export function run(
  command: string,
  args: string[],
  environment: Record<string, string | undefined>,
  signal?: AbortSignal,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const options = { signal, maxBuffer: MAX_OUTPUT_BYTES, env: environment };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ exitCode: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ exitCode: error.code, stdout, stderr });
      reject(failure(command, error, signal));
    });
  });
}
