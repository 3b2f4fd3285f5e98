/** Runs other programs: quietly with their last words kept for the error, or with the terminal handed over. */
import { spawn } from 'node:child_process';

const KEPT_LINES = 40;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] Replaces the environment.
 * @property {(line: string) => void} [line] Called for every line of output.
 */

/**
 * Rejects with the last lines of output when the program fails or cannot be started.
 * @param {string} program
 * @param {string[]} parameters
 * @param {RunOptions} options
 * @returns {Promise<string>} Its standard output.
 */
export function run(program, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      cwd: options.cwd,
      // Escape sequences would end up in error messages.
      env: { ...(options.env ?? process.env), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {string[]} */
    const last = [];
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    for (const stream of [child.stdout, child.stderr])
      eachLine(stream, (text) => {
        last.push(text);
        if (last.length > KEPT_LINES) last.shift();
        options.line?.(text);
      });
    child.on('error', (error) => reject(new Error(`${program} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `${program} ${parameters.join(' ')} ended with ${signal ?? `code ${code}`}:\n${last.join('\n')}`,
          ),
        );
    });
  });
}

/**
 * @param {import('node:stream').Readable} stream
 * @param {(line: string) => void} take
 */
function eachLine(stream, take) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (/** @type {string} */ chunk) => {
    const lines = (rest + chunk).split(/\r?\n|\r/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) take(line);
  });
  stream.on('end', () => rest.trim() && take(rest));
}

/**
 * The program writes to this terminal.
 * @param {string} program
 * @param {string[]} parameters
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} Its exit code; 127 when it could not be started, 128 when a signal ended it.
 */
export function handOver(program, parameters, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { ...options, stdio: 'inherit' });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 128));
  });
}

/** @param {string} program @param {string[]} parameters */
export async function succeeds(program, parameters) {
  return run(program, parameters).then(
    () => true,
    () => false,
  );
}
