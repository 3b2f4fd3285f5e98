import type { ComposeDeploy } from '../model';
import {
  at,
  bytes,
  type Cursor,
  decimal,
  duration,
  entries,
  extended,
  extensionsOf,
  fields,
  integer,
  listOf,
  recordOf,
  text,
} from '../source/cursor';
import { toPlain } from '../source/tree';

const KNOWN = {
  mode: text,
  replicas: integer,
  labels: recordOf(text),
  resources: readResources,
  restart_policy: (cursor: Cursor) =>
    extended(cursor, { condition: text, delay: duration, max_attempts: integer, window: duration }),
};

export function readDeploy(cursor: Cursor): ComposeDeploy {
  return { ...others(cursor, KNOWN), ...fields(cursor, KNOWN) };
}

function readResources(cursor: Cursor): NonNullable<ComposeDeploy['resources']> {
  const limits = at(cursor, 'limits');
  const reservations = at(cursor, 'reservations');
  return {
    ...extensionsOf(cursor),
    ...(limits && { limits: extended(limits, { cpus: decimal, memory: bytes, pids: integer }) }),
    ...(reservations && { reservations: readReservations(reservations) }),
  };
}

/** A count of -1 means all. */
const DEVICE = {
  driver: text,
  count: integer,
  device_ids: listOf(text),
  capabilities: listOf(text),
  options: recordOf(text),
};

const RESERVED = {
  cpus: decimal,
  memory: bytes,
  devices: listOf((cursor) => ({ ...others(cursor, DEVICE), ...fields(cursor, DEVICE) })),
};

function readReservations(cursor: Cursor) {
  return { ...others(cursor, RESERVED), ...fields(cursor, RESERVED) };
}

/** What the table does not know stays as the file says it. */
function others(cursor: Cursor, known: object): Record<string, unknown> {
  const unknown = entries(cursor).filter(([name]) => !(name in known));
  return Object.fromEntries(unknown.map(([name, item]) => [name, toPlain(item.node)]));
}
