/** What every part of the program says over HTTP, and how it asks its neighbours. */

const NEIGHBOUR_CEILING_MS = 2_500;
const REQUEST_CEILING_BYTES = 16_384;

/** @typedef {{ status: number, body: string, headers: Record<string, string> }} Answer */

/**
 * @param {number} status
 * @param {unknown} value
 * @returns {Answer}
 */
export const json = (status, value) => ({
  status,
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
});

/**
 * @param {number} status
 * @param {string} body
 * @returns {Answer}
 */
export const text = (status, body) => ({
  status,
  body,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
});

/**
 * @param {string} url
 * @returns {Promise<{ status: number, body: string } | undefined>} undefined when nothing answered
 */
export async function askNeighbour(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(NEIGHBOUR_CEILING_MS) });
    return { status: response.status, body: await response.text() };
  } catch {
    return undefined;
  }
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<string>}
 */
export async function readBody(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > REQUEST_CEILING_BYTES)
      throw new Error(`the request is longer than ${REQUEST_CEILING_BYTES} bytes`);
  }
  return body;
}
