/** Plain lines with a time and a level: standard output for what happens, standard error for what fails. */

/**
 * @param {NodeJS.WritableStream} stream
 * @param {string} level
 * @returns {(message: string) => void}
 */
const writer = (stream, level) => (message) => {
  stream.write(`${new Date().toISOString()} ${level} ${message}\n`);
};

export const log = { info: writer(process.stdout, 'info'), error: writer(process.stderr, 'error') };
