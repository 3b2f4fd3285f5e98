/** Small shell programs on the host: what the delivery asks and does there. */
import { pipeline } from 'node:stream/promises';
import { quote } from '../../words/shell';
import { cancelled } from '../errors';
import type { BulkChannel, RemoteProgram } from '../hosts/ssh/face';

export interface Output {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Rejects with the link's failure or CANCELLED. */
export async function startScript(
  bulk: Pick<BulkChannel, 'open'>,
  script: string,
  signal?: AbortSignal,
): Promise<RemoteProgram> {
  return bulk.open(`sh -c ${quote(script)}`, signal).catch((error: unknown) => {
    throw signal?.aborted ? cancelled('The delivery') : error;
  });
}

/**
 * Runs a POSIX shell script with `input` on its standard input. Every exit code is an answer. Rejects with the
 * link's failure or CANCELLED.
 */
export async function runScript(
  bulk: BulkChannel,
  script: string,
  { input, signal }: { input?: AsyncIterable<Buffer>; signal?: AbortSignal } = {},
): Promise<Output> {
  const program = await startScript(bulk, script, signal);
  let stdout = '';
  program.stream.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  const sending = input === undefined ? null : pipeline(input, program.stream);
  // A program that ends early says why itself; the broken pipe says nothing more.
  sending?.catch(() => undefined);
  if (sending === null) program.stream.end();
  const end = await program.ended.catch((error: unknown) => {
    throw signal?.aborted ? cancelled('The delivery') : error;
  });
  if (signal?.aborted) throw cancelled('The delivery');
  return { ...end, stdout };
}
