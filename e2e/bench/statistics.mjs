/** Medians, spread and the verdict against a target; every bench reports through here. */

/**
 * @typedef {object} Measure
 * @property {string} name
 * @property {number[]} ours milliseconds or bytes, one per round
 * @property {number[]} anchor the same of what ours is compared with, in the same rounds
 * @property {number | null} target highest ratio of medians that passes; null for a figure that is only told
 * @property {number} [limit] highest median that passes, whatever the anchor
 * @property {Unit} unit
 *
 * @typedef {'ms' | 'MB' | 'count' | '% of a core'} Unit
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {number} ours median
 * @property {number} anchor median
 * @property {number} ratio
 * @property {number | null} target
 * @property {number} [limit]
 * @property {number} noise half the spread of the anchor's rounds over its median; under it a difference means nothing
 * @property {boolean} met
 * @property {Unit} unit
 * @property {number} rounds
 */

/** @param {number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/**
 * @param {Measure} measure
 * @returns {Result}
 */
export function judge({ name, ours, anchor, target, limit, unit }) {
  const anchorMedian = median(anchor);
  const ratio = median(ours) / anchorMedian;
  const noise = (Math.max(...anchor) - Math.min(...anchor)) / 2 / anchorMedian;
  return {
    name,
    ours: median(ours),
    anchor: anchorMedian,
    ratio,
    target,
    ...(limit === undefined ? {} : { limit }),
    noise,
    met: (target === null || ratio <= target) && (limit === undefined || median(ours) <= limit),
    unit,
    rounds: ours.length,
  };
}

/** Below this, whole milliseconds say too little. */
const DECIMALS_BELOW = 10;

/** @param {number} value @param {string} unit */
function amount(value, unit) {
  const digits = unit !== 'count' && value < DECIMALS_BELOW ? 2 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

/** @param {Result} result */
function verdictOf({ target, limit, met }) {
  if (target === null && limit === undefined) return 'told';
  return met ? 'met' : 'MISSED';
}

/** @param {Result} result */
function targetWords({ target, limit, unit }) {
  if (limit !== undefined) return `<= ${limit} ${unit}`;
  return target === null ? '' : `<= ${target}`;
}

/** @param {Result[]} results */
export function formatTable(results) {
  const rows = results.map((each) => [
    each.name,
    amount(each.ours, each.unit),
    amount(each.anchor, each.unit),
    Number.isFinite(each.ratio) ? each.ratio.toFixed(3) : '–',
    targetWords(each),
    Number.isFinite(each.noise) ? `± ${(each.noise * 100).toFixed(0)} %` : '–',
    verdictOf(each),
  ]);
  const table = [['what', 'console', 'anchor', 'ratio', 'target', 'noise', 'verdict'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n');
}
