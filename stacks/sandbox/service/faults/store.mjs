/**
 * Faults are kept in the cache, not in the program: a fault outlives the restarts of the service that has
 * it, and any other service can take it away. While the cache is down the last known fault stays.
 */
import { withinCeiling } from '../stores.mjs';

const KEY = 'sandbox:faults';

/** @typedef {import('./fault.mjs').Fault} Fault */

/** @param {string} stored @returns {Fault} */
const decode = (stored) => JSON.parse(stored);

/** @param {import('../stores.mjs').Cache} cache */
export function createFaultStore({ client }) {
  /** @type {Map<string, Fault | undefined>} */
  const lastKnown = new Map();
  return {
    /** @param {string} service @returns {Promise<Fault | undefined>} */
    async read(service) {
      try {
        const stored = await withinCeiling(client.hGet(KEY, service));
        lastKnown.set(service, stored ? decode(stored) : undefined);
      } catch {
        // The cache is down; what was known of it still holds.
      }
      return lastKnown.get(service);
    },
    /** @returns {Promise<Record<string, Fault>>} */
    async list() {
      const stored = await withinCeiling(client.hGetAll(KEY));
      return Object.fromEntries(Object.entries(stored).map(([service, fault]) => [service, decode(fault)]));
    },
    /** @param {string} service @param {Fault} fault */
    set: (service, fault) => withinCeiling(client.hSet(KEY, service, JSON.stringify(fault))),
    /** @param {string} service */
    clear: (service) => withinCeiling(client.hDel(KEY, service)),
  };
}

/** @typedef {ReturnType<typeof createFaultStore>} FaultStore */
