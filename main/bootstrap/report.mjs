/** Progress of the set-up on a terminal (one line that rewrites itself) and in a log (one line per event). */

const LATE_MS = 1000;

/**
 * @typedef {(text: string) => void} Progress Text to show while a step works; cheap to call often.
 * @typedef {object} Report
 * @property {<T>(title: string, work: (progress: Progress) => Promise<T>, detail?: (result: T) => string | undefined) => Promise<T>} step
 *   Runs the work; prints the title, the detail and the duration.
 * @property {(text: string) => void} say A line of its own.
 */

/** @param {number} milliseconds */
export function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

/**
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} output
 * @param {() => number} now
 * @returns {Report}
 */
export function createReport(output = process.stdout, now = Date.now) {
  const line = output.isTTY ? rewritingLine(output) : appendingLine(output);
  return {
    say: (text) => line.end(text),
    async step(title, work, detail) {
      const since = now();
      line.begin(title);
      try {
        const result = await work((text) => line.progress(title, text));
        const more = detail?.(result);
        line.end(`✓ ${title}${more ? `: ${more}` : ''} (${duration(now() - since)})`);
        return result;
      } catch (error) {
        line.end(`✗ ${title} (${duration(now() - since)})`);
        throw error;
      }
    },
  };
}

/** @param {{ write(text: string): unknown, columns?: number }} output */
function rewritingLine(output) {
  /** @param {string} text */
  const show = (text) => output.write(`\r\x1b[K${text.slice(0, (output.columns ?? 80) - 1)}`);
  return {
    begin: /** @param {string} title */ (title) => show(`… ${title}`),
    progress: /** @type {(title: string, text: string) => void} */ (
      (title, text) => show(`… ${title}: ${text}`)
    ),
    end: /** @param {string} text */ (text) => output.write(`\r\x1b[K${text}\n`),
  };
}

/** A quick step leaves one line in a log; a slow one says that it began. @param {{ write(text: string): unknown }} output */
function appendingLine(output) {
  let last = '';
  /** @type {NodeJS.Timeout | undefined} */
  let late;
  /** @param {string} text */
  const write = (text) => {
    clearTimeout(late);
    if (text !== last) output.write(`${text}\n`);
    last = text;
  };
  return {
    begin: /** @param {string} title */ (title) => {
      late = setTimeout(write, LATE_MS, `… ${title}`);
    },
    progress: /** @type {(title: string, text: string) => void} */ (
      (title, text) => write(`… ${title}: ${text}`)
    ),
    end: write,
  };
}
