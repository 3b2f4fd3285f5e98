/** `bizosaas …`: the console without a window. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json';
import { runProgram } from './cli/program';
import { processTerminal } from './cli/terminal';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const terminal = processTerminal();

const code = await runProgram(process.argv.slice(2), {
  version: manifest.version,
  terminal,
  platform: async () => {
    const { createPlatform } = await import('./platform');
    const facts = { stacksDirectory: join(root, 'stacks'), version: manifest.version };
    return createPlatform({ ...facts, environment: process.env });
  },
});
// Kept-alive connections to the engine would hold the process for seconds after its work is done.
await terminal.flush();
process.exit(code);
