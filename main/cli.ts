/** `bizosaas …`: the console without a window. Starts the program with the code that was compiled when it was built. */
import { startScript } from './cli/code-cache/script.mjs';

startScript(`${import.meta.dirname}/cli/program.cjs`);
