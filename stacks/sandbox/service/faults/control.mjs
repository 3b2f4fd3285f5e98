/**
 * `GET /sandbox/faults`, `POST /sandbox/faults/SERVICE`, `DELETE /sandbox/faults/SERVICE`: the same on all
 * 14 services, whatever faults they have themselves.
 */
import { json, readBody } from '../http.mjs';
import { parseFault } from './fault.mjs';

const PATH = /^\/sandbox\/faults(?:\/([a-z-]+))?$/;

/** @param {unknown} error */
const reasonOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * @param {import('./store.mjs').FaultStore} store
 * @param {string[]} services whose faults may be set
 */
export function createControl(store, services) {
  /** @param {string} service @param {import('node:http').IncomingMessage} request */
  async function set(service, request) {
    let fault;
    try {
      fault = parseFault(await readBody(request));
    } catch (error) {
      return json(400, { error: reasonOf(error) });
    }
    await store.set(service, fault);
    return json(200, { [service]: fault });
  }

  /** @param {string} service */
  async function clear(service) {
    await store.clear(service);
    return json(200, {});
  }

  /** @param {import('node:http').IncomingMessage} request @param {string} [service] */
  async function answer(request, service) {
    if (!service)
      return request.method === 'GET' ? json(200, await store.list()) : json(405, { error: 'only GET' });
    if (!services.includes(service))
      return json(404, { error: `${service} is none of ${services.join(', ')}` });
    if (request.method === 'POST') return set(service, request);
    if (request.method === 'DELETE') return clear(service);
    return json(405, { error: 'only POST and DELETE' });
  }

  return {
    /** @param {string} path */
    owns: (path) => path.startsWith('/sandbox/'),
    /**
     * @param {import('node:http').IncomingMessage} request
     * @param {string} path
     * @returns {Promise<import('../http.mjs').Answer>}
     */
    async answer(request, path) {
      const match = PATH.exec(path);
      if (!match) return json(404, { error: `nothing at ${path}` });
      return answer(request, match[1]).catch((error) =>
        json(503, { error: `the cache, where faults are kept, does not answer: ${reasonOf(error)}` }),
      );
    },
  };
}
