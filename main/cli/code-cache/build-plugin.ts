/** Builds the command line: its program as one script, what V8 compiles for it, and the launcher that brings both together. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'vite';
import { EXIT } from '../exit-codes';
import { SAMPLE_STACK, startSampleEngine } from './sample-engine';

const run = promisify(execFile);

export interface CommandLineOptions {
  /** The checkout. */
  root: string;
  /** Gets cli.cjs and cli/. */
  outDir: string;
  target: string;
  plugins: () => Plugin[];
}

const EXECUTABLE = 0o755;
/** What is loaded by few commands, and is large: the SSH client and the BuildKit one. */
const SELDOM = /^main\/adapters\/(ssh|ssh-config|dockerode)\//;

export function commandLinePlugin(options: CommandLineOptions): Plugin {
  const { root, outDir } = options;
  let built = false;
  return {
    name: 'command-line',
    apply: 'build',
    async closeBundle() {
      // A build that watches comes by at every change, for the sake of the window alone.
      if (built) return;
      built = true;
      // CommonJS too: Node gets its loader of modules ready only where there is one to load.
      const output = { format: 'cjs', entryFileNames: '[name].cjs', banner: '#!/usr/bin/env node' } as const;
      await buildEntry(options, { input: { cli: path.join(root, 'main/cli.ts') }, output });
      // npx makes it a program when it links it for the first time, and never again.
      chmodSync(path.join(outDir, 'cli.cjs'), EXECUTABLE);
      await buildEntry(options, {
        input: { program: path.join(root, 'main/cli/main.ts') },
        output: program(root),
      });
      requireAscii(path.join(outDir, 'cli/program.cjs'));
      await fillCache(root, path.join(outDir, 'cli/program.cjs')).catch((error: unknown) =>
        this.warn(`The command line was built without a code cache and starts slower: ${String(error)}`),
      );
    },
  };
}

/**
 * CommonJS: V8 keeps what it compiled per script, and Node takes none for a module. All that is ours stays in one
 * script with what it imports; the dynamic imports of commands would split it otherwise.
 */
function program(root: string): Bundle['output'] {
  return {
    format: 'cjs',
    charset: 'ascii',
    entryFileNames: 'cli/[name].cjs',
    chunkFileNames: 'cli/[name].cjs',
    codeSplitting: { groups: [{ name: 'body', test: (id) => isCommon(path.relative(root, id)) }] },
  };
}

/** The launcher reads it byte for byte. */
function requireAscii(file: string): void {
  const LAST = 0x7f;
  if (readFileSync(file).some((byte) => byte > LAST)) throw new Error(`${file} is not all ASCII.`);
}

function isCommon(file: string): boolean {
  return /^(main|preload)\//.test(file) && !SELDOM.test(file);
}

type Bundle = NonNullable<NonNullable<NonNullable<Parameters<typeof build>[0]>['build']>['rolldownOptions']>;

async function buildEntry(
  { root, outDir, target, plugins }: CommandLineOptions,
  { input, output }: Pick<Bundle, 'input' | 'output'>,
): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: plugins(),
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target,
      minify: true,
      sourcemap: true,
      rolldownOptions: {
        input,
        // A schema does nothing while it is made: one that nobody uses is left out.
        treeshake: { manualPureFunctions: ['z'] },
        output: { entryFileNames: '[name].js', keepNames: true, strict: true, ...output },
      },
    },
  });
}

/** A plan passes through nearly all that an unchanged `up` does, and needs an engine that only answers questions. */
async function fillCache(root: string, program: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bizosaas-code-cache-'));
  const engine = await startSampleEngine();
  try {
    const file = path.join(folder, 'compose.yaml');
    writeFileSync(file, SAMPLE_STACK);
    const recorder = path.join(root, 'main/cli/code-cache/record.mjs');
    const env = { PATH: process.env.PATH, BIZOSAAS_HOME: folder, DOCKER_HOST: engine.endpoint };
    const words = [recorder, program, 'plan', '-f', file];
    await run(process.execPath, words, { env }).catch(unlessChangePending);
  } finally {
    engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function unlessChangePending(error: unknown): void {
  const planned = error instanceof Error && 'code' in error && error.code === EXIT.CHANGE_PENDING;
  if (!planned) throw error;
}
