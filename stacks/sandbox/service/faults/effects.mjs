/** The faults that are more than an answer: each starts with its strength and returns how to end it. */
import { log } from '../log.mjs';

const POLL_MS = 500;
const TICK_MS = 50;
const MEGABYTE = 1_048_576;

/** @param {number} milliseconds */
function crash(milliseconds) {
  const timer = setTimeout(() => {
    log.error('sandbox fault crash-loop: the program ends itself with exit code 1');
    process.exit(1);
  }, milliseconds);
  return () => clearTimeout(timer);
}

/** Buffers lie outside the JavaScript heap, so it is the container's limit that ends this. @param {number} perSecond */
function eatMemory(perSecond) {
  /** @type {Buffer[]} */
  const eaten = [];
  log.error(`sandbox fault eat-memory: ${perSecond} MB more every second`);
  const timer = setInterval(
    () => eaten.push(Buffer.alloc((perSecond * MEGABYTE * TICK_MS) / 1_000, 1)),
    TICK_MS,
  );
  return () => {
    clearInterval(timer);
    eaten.length = 0;
  };
}

/** @param {number} perSecond */
function floodLog(perSecond) {
  let written = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) * perSecond) / 1_000; written < due; written++)
      log.info(`sandbox fault flood-log: line ${written}`);
  }, TICK_MS);
  return () => clearInterval(timer);
}

/** @type {Record<string, ((strength: number) => () => void) | undefined>} */
const EFFECTS = { 'crash-loop': crash, 'eat-memory': eatMemory, 'flood-log': floodLog };

/**
 * Looks for a change of this service's fault for as long as the program runs.
 * @param {() => Promise<import('./fault.mjs').Fault | undefined>} read
 */
export function watchFault(read) {
  let current = '';
  let end = () => {};
  const look = async () => {
    const fault = await read();
    const found = JSON.stringify(fault ?? '');
    if (found !== current) {
      end();
      end = (fault && EFFECTS[fault.fault]?.(fault.strength)) ?? (() => {});
      current = found;
    }
    setTimeout(look, POLL_MS);
  };
  return look();
}
