/** Memory over 1,000 reconnects of one session: what is kept after each must not add up. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { judge, type Result } from '../statistics.mjs';
import type { Ground } from './ground';

const RECONNECTS = 1_000;
/** Code is compiled and pools are filled by then. */
const SETTLED_AFTER = 200;
const MEGABYTE = 1e6;
const GROWTH_ALLOWED = 1.05;
const collectorSchema = z.custom<() => void>((value) => typeof value === 'function');

function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = collectorSchema.parse(runInNewContext('gc'));
  collect();
  return process.memoryUsage().heapUsed / MEGABYTE;
}

export async function benchReconnects(ground: Ground): Promise<Result[]> {
  await using session = ground.session();
  await session.engine.ping();
  let settled = Number.NaN;
  for (let count = 1; count <= RECONNECTS; count += 1) {
    session.renew('bench');
    await session.engine.ping();
    if (count === SETTLED_AFTER) settled = heap();
  }
  const ours = [heap()];
  const name = `heap after ${RECONNECTS} reconnects : after ${SETTLED_AFTER}`;
  return [judge({ name, unit: 'MB', target: GROWTH_ALLOWED, ours, anchor: [settled] })];
}
