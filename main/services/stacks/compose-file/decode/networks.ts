/** Networks of a service, and the project's networks, volumes, secrets and configs → typed. */
import type { ComposeFileObject, ComposeNetwork, ComposeServiceNetwork, ComposeVolume } from '../model';
import {
  type Cursor,
  decimal,
  entries,
  extended,
  extensionsOf,
  fields,
  flag,
  listOf,
  recordOf,
  text,
} from '../source/cursor';
import { isNull } from '../source/tree';

export function readServiceNetworks(cursor: Cursor): Record<string, ComposeServiceNetwork> {
  return Object.fromEntries(
    entries(cursor).map(([name, item]) => [name, isNull(item.node) ? {} : readEndpoint(item)]),
  );
}

function readEndpoint(cursor: Cursor): ComposeServiceNetwork {
  return extended(cursor, {
    aliases: listOf(text),
    ipv4_address: text,
    ipv6_address: text,
    link_local_ips: listOf(text),
    mac_address: text,
    driver_opts: recordOf(text),
    priority: decimal,
  });
}

const RESOURCE = {
  name: text,
  driver: text,
  driver_opts: recordOf(text),
  external: flag,
  labels: recordOf(text),
};

function readAddresses(cursor: Cursor): NonNullable<ComposeNetwork['ipam']> {
  const pool = (at: Cursor) =>
    fields(at, { subnet: text, gateway: text, ip_range: text, aux_addresses: recordOf(text) });
  return extended(cursor, { driver: text, config: listOf(pool), options: recordOf(text) });
}

/** What the project calls it, unless the file gives a name of its own. */
type Naming = (key: string, external: boolean) => string;

export function readNetwork(key: string, cursor: Cursor, naming: Naming): ComposeNetwork {
  if (isNull(cursor.node)) return { name: naming(key, false), extensions: {} };
  const { name, ...rest } = fields(cursor, {
    ...RESOURCE,
    internal: flag,
    attachable: flag,
    enable_ipv6: flag,
    ipam: readAddresses,
  });
  return { name: name ?? naming(key, rest.external ?? false), ...rest, extensions: extensionsOf(cursor) };
}

export function readVolume(key: string, cursor: Cursor, naming: Naming): ComposeVolume {
  if (isNull(cursor.node)) return { name: naming(key, false), extensions: {} };
  const { name, ...rest } = fields(cursor, RESOURCE);
  return { name: name ?? naming(key, rest.external ?? false), ...rest, extensions: extensionsOf(cursor) };
}

export function readFileObject(key: string, cursor: Cursor, naming: Naming): ComposeFileObject {
  if (isNull(cursor.node)) return { name: naming(key, false), extensions: {} };
  const table = { ...RESOURCE, file: text, environment: text, content: text, template_driver: text };
  const { name, ...rest } = fields(cursor, table);
  return { name: name ?? naming(key, rest.external ?? false), ...rest, extensions: extensionsOf(cursor) };
}
