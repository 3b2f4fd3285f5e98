/** An apply in a process of its own, to be killed in the middle. */
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

export interface ApplyProcess {
  /** Ends the process by SIGKILL once it has printed `service phase`. */
  killAt(line: string): Promise<void>;
}

export interface ApplyProgram {
  /** Bundle and scratch space; inside the checkout. */
  directory: string;
  start(session: HostSession, project: ComposeProject, journal: string): ApplyProcess;
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
    start({ endpoint }, project, journal) {
      const request = { endpoint, journal, owner: KILLED_OWNER, project };
      const child = spawn(process.execPath, [join(directory, 'child.mjs'), JSON.stringify(request)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const seen: string[] = [];
      child.stdout.on('data', (text: Buffer) => seen.push(...text.toString().trim().split('\n')));
      return { killAt: (line) => killAt(child, seen, line) };
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function killAt(child: ChildProcess, seen: string[], line: string): Promise<void> {
  try {
    await until(`the child reports "${line}"`, () => seen.includes(line), REACHED_LIMIT_MS);
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}
