/** An apply, or another change, in a process of its own, to be killed in the middle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import type { HostSession } from '../../main/services/hosts/host-session';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { until } from '../support/until';

export const KILLED_OWNER = 'killed console';
const REACHED_LIMIT_MS = 60_000;

export type KilledChange = 'apply' | 'remove' | 'remove with volumes' | 'stop' | 'restart';

export interface ApplyProcess {
  /** Ends the process by SIGKILL once it has printed `service phase`. */
  killAt(line: string): Promise<void>;
  /** The same once `check` holds. */
  killWhen(what: string, check: () => boolean | Promise<boolean>): Promise<void>;
}

export interface ApplyProgram {
  /** Bundle and scratch space; inside the checkout. */
  directory: string;
  /** `change`: default an apply. */
  start(session: HostSession, project: ComposeProject, journal: string, change?: KilledChange): ApplyProcess;
  remove(): Promise<void>;
}

export async function bundleApplyProgram(): Promise<ApplyProgram> {
  // Inside the checkout, so that the bundle finds its packages.
  const directory = await mkdtemp(join(import.meta.dirname, '../../node_modules/.apply-child-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(import.meta.dirname, 'apply-child.ts'),
      outDir: directory,
      rollupOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
  return {
    directory,
    start({ endpoint }, project, journal, change = 'apply') {
      const request = { endpoint, journal, owner: KILLED_OWNER, project, change };
      const child = spawn(process.execPath, [join(directory, 'child.mjs'), JSON.stringify(request)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const seen: string[] = [];
      child.stdout.on('data', (text: Buffer) => seen.push(...text.toString().trim().split('\n')));
      const killWhen: ApplyProcess['killWhen'] = (what, check) => kill(child, what, check);
      return {
        killWhen,
        killAt: (line) => killWhen(`the child reports "${line}"`, () => seen.includes(line)),
      };
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function kill(
  child: ChildProcess,
  what: string,
  check: () => boolean | Promise<boolean>,
): Promise<void> {
  try {
    await until(what, check, REACHED_LIMIT_MS);
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}
