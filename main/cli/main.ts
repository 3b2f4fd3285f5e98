/** The command line's program: one script, which cli.ts runs. */
import { join } from 'node:path';
import { config } from 'zod';
import manifest from '../../package.json';
import { runProgram } from './program';
import { processTerminal } from './terminal';

const root = join(import.meta.dirname, '../../..');

async function main(): Promise<void> {
  // Compiled parsers pay off only after many values; a command sees few and is over.
  config({ jitless: true });
  const terminal = processTerminal();
  const code = await runProgram(process.argv.slice(2), {
    version: manifest.version,
    terminal,
    platform: async () => {
      const { createPlatform } = await import('../platform');
      const facts = { stacksDirectory: join(root, 'stacks'), version: manifest.version };
      return createPlatform({ ...facts, environment: process.env });
    },
  });
  // Kept-alive connections to the engine would hold the process for seconds after its work is done.
  await terminal.flush();
  process.exit(code);
}

void main();
