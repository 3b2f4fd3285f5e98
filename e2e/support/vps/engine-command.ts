import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface CommandOutcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Docker's command line on the machine's engine, with `input` on its standard input; the classic builder is on every version. */
export async function tryDocker(words: string[], input?: Readable | string): Promise<CommandOutcome> {
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  const child = spawn('docker', words, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  // A command that ends without reading everything breaks the pipe; its exit code tells why.
  child.stdin.on('error', () => undefined);
  if (typeof input === 'object') input.pipe(child.stdin);
  else child.stdin.end(input);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { exitCode, stdout, stderr };
}

/** As `tryDocker`, but answers what was printed and throws on every exit code but 0. */
export async function docker(words: string[], input?: Readable | string): Promise<string> {
  const { exitCode, stdout, stderr } = await tryDocker(words, input);
  if (exitCode === 0) return stdout;
  throw new Error(`docker ${words.slice(0, 6).join(' ')} ended with ${exitCode}: ${stderr}${stdout}`);
}
