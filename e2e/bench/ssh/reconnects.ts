/** Memory over 1,000 reconnects of one session: what is kept after each must not add up. */
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { judge, type Result } from '../statistics.mjs';
import type { Ground } from './ground';

const RECONNECTS = 1_000;
const LOOKED_AT_EVERY = 100;
/** Code is compiled and pools are filled by then. */
const SETTLED_AFTER = 200;
/** Looks at either end whose medians are compared. */
const LOOKS = 3;
const MEGABYTE = 1e6;
const GROWTH_ALLOWED = 1.05;
/** What the allocator and the collector keep for later comes and goes by more than the heap does. */
const RESIDENT_GROWTH_ALLOWED = 1.1;
const collectorSchema = z.custom<() => void>((value) => typeof value === 'function');

interface Look {
  heap: number;
  resident: number;
  descriptors: number;
}

function createLook(): () => Look {
  setFlagsFromString('--expose-gc');
  const collect = collectorSchema.parse(runInNewContext('gc'));
  return () => {
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    const descriptors = readdirSync('/proc/self/fd').length;
    return { heap: heapUsed / MEGABYTE, resident: rss / MEGABYTE, descriptors };
  };
}

export async function benchReconnects(ground: Ground): Promise<Result[]> {
  await using session = ground.session();
  await session.engine.ping();
  const look = createLook();
  const looks: Look[] = [];
  const took: number[] = [];
  for (let count = 1; count <= RECONNECTS; count += 1) {
    const startedAt = performance.now();
    session.renew('bench');
    await session.engine.ping();
    took.push(performance.now() - startedAt);
    if (count < SETTLED_AFTER || count % LOOKED_AT_EVERY > 0) continue;
    ground.sshd.log.forget();
    looks.push(look());
  }
  return [...compared(looks), duration(took)];
}

function compared(looks: Look[]): Result[] {
  const [first, last] = [looks.slice(0, LOOKS), looks.slice(-LOOKS)];
  const grown = (what: keyof Look, unit: Result['unit'], target: number) =>
    judge({
      name: `${what} over ${RECONNECTS} reconnects, last : first looks`,
      unit,
      target,
      ours: last.map((each) => each[what]),
      anchor: first.map((each) => each[what]),
    });
  return [
    grown('heap', 'MB', GROWTH_ALLOWED),
    grown('resident', 'MB', RESIDENT_GROWTH_ALLOWED),
    grown('descriptors', 'count', 1),
  ];
}

/** A growing list or a back-off would show as later ones taking longer. */
function duration(took: number[]): Result {
  const [ours, anchor] = [took.slice(-LOOKED_AT_EVERY), took.slice(0, LOOKED_AT_EVERY)];
  return judge({ name: 'one reconnect, last : first hundred', unit: 'ms', target: null, ours, anchor });
}
