/** Adds up what the test runners report. */
import { readFile } from 'node:fs/promises';

/** @typedef {{ passed: number, failed: number }} Totals */

/**
 * @param {unknown} report The JSON of vitest or of Playwright.
 * @returns {Totals | null} Null when it is neither.
 */
export function totalsOf(report) {
  if (!isRecord(report)) return null;
  if (typeof report.numPassedTests === 'number') return totalsOfVitest(report);
  if (isRecord(report.stats)) return totalsOfPlaywright(report.stats);
  return null;
}

/** A file that could not even be loaded has no failed test, yet fails; so does a test that was skipped. @param {Record<string, unknown>} report */
function totalsOfVitest(report) {
  const failed = count(report.numFailedTests) + count(report.numPendingTests) + count(report.numTodoTests);
  const broken =
    failed === 0 && report.success === false ? Math.max(1, count(report.numFailedTestSuites)) : 0;
  return { passed: count(report.numPassedTests), failed: failed + broken };
}

/** Passed at the second attempt is not passed; skipped is not either. @param {Record<string, unknown>} stats */
function totalsOfPlaywright(stats) {
  return {
    passed: count(stats.expected),
    failed: count(stats.unexpected) + count(stats.flaky) + count(stats.skipped),
  };
}

/** @param {string} file @returns {Promise<Totals | null>} */
export async function readTotals(file) {
  const text = await readFile(file, 'utf8').catch(() => 'null');
  return totalsOf(JSON.parse(text));
}

/** @param {unknown} value @returns {number} */
function count(value) {
  return typeof value === 'number' ? value : 0;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null;
}
