/** From a request to an answer: control, traps, faults, health routes, pages, in this order. */
import { routesOf } from './contracts.mjs';
import { json, readBody } from './http.mjs';
import { page } from './page.mjs';
import { trapsOf } from './traps.mjs';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('./http.mjs').Answer} Answer */

/**
 * @typedef {object} Parts
 * @property {string} service
 * @property {import('./catalogue.mjs').Entry} entry
 * @property {string[]} allowedHosts
 * @property {import('./stores.mjs').Database} database
 * @property {import('./stores.mjs').Cache} cache
 * @property {import('./faults/store.mjs').FaultStore} faults
 * @property {ReturnType<typeof import('./faults/control.mjs').createControl>} control
 * @property {Record<string, string>} notes more to show on the page
 */

/** @param {boolean} up */
const answering = (up) => (up ? 'answers' : 'does not answer');

/** @param {Parts} parts */
export function createAnswers({ service, entry, allowedHosts, database, cache, faults, control, notes }) {
  const traps = trapsOf(service, allowedHosts);
  const routes = routesOf(service);

  /** @param {string} path @param {string} fault */
  async function showPage(path, fault) {
    const [databaseUp, cacheUp] = await Promise.all([database.answers(), cache.answers()]);
    return page(entry, path, {
      Database: answering(databaseUp),
      Cache: answering(cacheUp),
      Fault: fault,
      'Running for': `${Math.round(process.uptime())} s`,
      ...notes,
    });
  }

  /** @param {Request} request @param {string} path @param {string} fault */
  async function answerAsService(request, path, fault) {
    if (fault === 'fail')
      return json(503, { status: 'unhealthy', service, reason: 'sandbox fault fail', sandbox: true });
    const route = routes.find((known) => known.path === path && (known.method ?? 'GET') === request.method);
    if (route && fault === 'lie') return route.lie();
    if (route)
      return route.truth({ database: database.answers, cache: cache.answers, body: await readBody(request) });
    if (path === '/' || entry.pages.includes(path)) return showPage(path, fault);
    return json(404, { detail: `nothing at ${path}`, sandbox: true });
  }

  /**
   * @param {Request} request
   * @returns {Promise<Answer>}
   */
  return async (request) => {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox.invalid');
    if (control.owns(pathname)) return control.answer(request, pathname);
    const caught = traps.map((trap) => trap(request, pathname)).find(Boolean);
    return caught ?? answerAsService(request, pathname, (await faults.read(service))?.fault ?? 'none');
  };
}
