/** What can be made to go wrong, and how strongly. */

/** @typedef {{ option: string, fallback: number, ceiling: number }} Strength */

/** @type {Record<string, Strength | undefined>} */
const STRENGTHS = {
  'slow-start': { option: 'milliseconds', fallback: 20_000, ceiling: 600_000 },
  'crash-loop': { option: 'milliseconds', fallback: 300, ceiling: 60_000 },
  'eat-memory': { option: 'megabytesPerSecond', fallback: 64, ceiling: 1_024 },
  'flood-log': { option: 'linesPerSecond', fallback: 1_000, ceiling: 100_000 },
};

const KINDS = ['lie', 'fail', ...Object.keys(STRENGTHS)];

/** @typedef {{ fault: string, strength: number }} Fault */

/**
 * @param {string} kind
 * @param {Record<string, unknown>} order
 */
function strengthOf(kind, order) {
  const known = STRENGTHS[kind];
  if (!known) return 0;
  const given = order[known.option] ?? known.fallback;
  if (typeof given !== 'number' || !(given > 0 && given <= known.ceiling))
    throw new Error(`${known.option} must be a number above 0 and at most ${known.ceiling}`);
  return given;
}

/**
 * @param {string} body JSON such as `{"fault":"flood-log","linesPerSecond":500}`
 * @returns {Fault}
 * @throws when the order cannot be carried out, saying why
 */
export function parseFault(body) {
  const order = JSON.parse(body);
  const kind = order?.fault;
  if (!KINDS.includes(kind)) throw new Error(`fault must be one of ${KINDS.join(', ')}`);
  return { fault: kind, strength: strengthOf(kind, order) };
}
