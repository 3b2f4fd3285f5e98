/** Asks the ssh command for the effective values, which is the surest way to mean what it means. */
import { execFile } from 'node:child_process';
import type { SshDestination } from '../../words/ssh-destination';
import { badConfiguration, type Effective } from './effective';

/** `Match exec` may run a program of the user's. */
const CLIENT_LIMIT_MS = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;
const PLACE = /^(?<file>.+?):? line (?<line>\d+): (?<detail>.+)$/m;

export interface ClientOptions {
  /** The ssh command, by name or path. */
  command: string;
  /** Read in place of the user's and the system's own; null for those. */
  configFile: string | null;
  environment: Record<string, string | undefined>;
}

/** Null where there is no ssh command. Rejects with INVALID_INPUT when it refuses the configuration or the destination. */
export function askClient(options: ClientOptions, destination: SshDestination): Promise<Effective | null> {
  const { command, configFile, environment } = options;
  const { user, host, port } = destination;
  const words = [
    ...(configFile === null ? [] : ['-F', configFile]),
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
  ];
  const limits = { timeout: CLIENT_LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES, env: environment };
  return new Promise((resolve, reject) => {
    const child = execFile(command, ['-G', ...words, '--', host], limits, (error, stdout, stderr) => {
      if (!error) return resolve(readAnswer(stdout));
      if (error.code === 'ENOENT' || error.code === 'EACCES') return resolve(null);
      reject(explain(error.killed === true, stderr));
    });
    child.stdin?.end();
  });
}

function explain(stopped: boolean, stderr: string) {
  if (stopped) return badConfiguration('', `ssh -G gave no answer within ${CLIENT_LIMIT_MS / 1000} s`);
  const { file, line, detail } = PLACE.exec(stderr)?.groups ?? {};
  if (file && line && detail) return badConfiguration(`${file}:${line}`, detail.replace(/\.$/, ''));
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return badConfiguration('', last || 'ssh -G gave no reason');
}

function readAnswer(stdout: string): Effective {
  const values = new Map<string, string[]>();
  for (const line of stdout.split(/\r?\n/)) {
    const gap = line.indexOf(' ');
    if (gap < 0) continue;
    const name = line.slice(0, gap).toLowerCase();
    values.set(name, [...(values.get(name) ?? []), line.slice(gap + 1)]);
  }
  return { values, notes: [] };
}
