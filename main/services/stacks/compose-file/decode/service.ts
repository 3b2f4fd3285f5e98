/** A shaped service tree → the typed service. Attributes are read by table; what has its own form has its own file. */
import { unappliedServiceAttributes } from '../attributes';
import type { ComposeHealthcheck, ComposeService, DependencyCondition } from '../model';
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
  flag,
  integer,
  isExtension,
  items,
  listOf,
  recordOf,
  text,
  wrong,
} from '../source/cursor';
import { toPlain } from '../source/tree';
import { readBuild } from './build';
import { readDeploy } from './deploy';
import { readFileReference, readMount, readPort } from './mounts';
import { readServiceNetworks } from './networks';
import { limits, nullableText } from './values';

const PLAIN = {
  image: text,
  command: listOf(text),
  entrypoint: listOf(text),
  container_name: text,
  hostname: text,
  domainname: text,
  user: text,
  working_dir: text,
  platform: text,
  pull_policy: text,
  annotations: recordOf(text),
  expose: listOf(text),
  tmpfs: listOf(text),
  network_mode: text,
  restart: text,
  stop_signal: text,
  stop_grace_period: duration,
  cpus: decimal,
  cpu_shares: integer,
  cpu_quota: integer,
  cpu_period: integer,
  cpuset: text,
  mem_limit: bytes,
  mem_reservation: bytes,
  memswap_limit: bytes,
  mem_swappiness: integer,
  oom_kill_disable: flag,
  oom_score_adj: integer,
  pids_limit: integer,
  shm_size: bytes,
  ulimits: recordOf(limits),
  cap_add: listOf(text),
  cap_drop: listOf(text),
  security_opt: listOf(text),
  privileged: flag,
  read_only: flag,
  init: flag,
  tty: flag,
  stdin_open: flag,
  ipc: text,
  pid: text,
  userns_mode: text,
  uts: text,
  cgroup: text,
  cgroup_parent: text,
  device_cgroup_rules: listOf(text),
  dns: listOf(text),
  dns_opt: listOf(text),
  dns_search: listOf(text),
  extra_hosts: listOf(text),
  group_add: listOf(text),
  sysctls: recordOf(text),
  runtime: text,
  isolation: text,
  profiles: listOf(text),
  scale: integer,
  mac_address: text,
  devices: listOf(readDevice),
  logging: readLogging,
  healthcheck: readHealthcheck,
  build: readBuild,
  deploy: readDeploy,
};

/** Environment files are added later: only services that run need theirs. */
export function readService(name: string, cursor: Cursor): ComposeService {
  const service: ComposeService = {
    name,
    ...fields(cursor, PLAIN),
    environment: optional(cursor, 'environment', recordOf(nullableText)) ?? {},
    labels: optional(cursor, 'labels', recordOf(text)) ?? {},
    ports: optional(cursor, 'ports', listOf(readPort)) ?? [],
    volumes: optional(cursor, 'volumes', listOf(readMount)) ?? [],
    networks: optional(cursor, 'networks', readServiceNetworks) ?? {},
    depends_on: optional(cursor, 'depends_on', recordOf(readDependency)) ?? {},
    secrets: optional(cursor, 'secrets', listOf(readFileReference('/run/secrets/'))) ?? [],
    configs: optional(cursor, 'configs', listOf(readFileReference('/'))) ?? [],
    extensions: {},
  };
  addUntyped(service, cursor);
  return service;
}

function optional<T>(cursor: Cursor, name: string, read: (cursor: Cursor) => T): T | undefined {
  const child = at(cursor, name);
  return child && read(child);
}

function addUntyped(service: ComposeService, cursor: Cursor): void {
  const unapplied: Record<string, unknown> = {};
  for (const [name, item] of entries(cursor)) {
    if (isExtension(name)) service.extensions[name] = toPlain(item.node);
    else if (unappliedServiceAttributes.has(name)) unapplied[name] = toPlain(item.node);
  }
  if (Object.keys(unapplied).length > 0) service.unapplied = unapplied;
}

const CONDITIONS: readonly DependencyCondition[] = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
];

function readDependency(cursor: Cursor): ComposeService['depends_on'][string] {
  const given = at(cursor, 'condition');
  if (!given) throw wrong(cursor, 'a map with a condition');
  const condition = CONDITIONS.find((name) => name === text(given));
  if (!condition) throw wrong(given, `one of ${CONDITIONS.join(', ')}`);
  const { required = true, restart = false } = fields(cursor, { required: flag, restart: flag });
  return { ...extensionsOf(cursor), condition, required, restart };
}

function readDevice(cursor: Cursor): { source: string; target: string; permissions: string } {
  const { source, target, permissions } = fields(cursor, { source: text, target: text, permissions: text });
  if (source === undefined || target === undefined) throw wrong(cursor, 'a device with a source');
  return { source, target, permissions: permissions ?? 'rwm' };
}

function readLogging(cursor: Cursor): NonNullable<ComposeService['logging']> {
  return extended(cursor, { driver: text, options: recordOf(text) });
}

function readHealthcheck(cursor: Cursor): ComposeHealthcheck {
  const healthcheck = extended(cursor, {
    disable: flag,
    test: listOf(text),
    interval: duration,
    timeout: duration,
    retries: integer,
    start_period: duration,
    start_interval: duration,
  });
  const test = at(cursor, 'test');
  const first = test && items(test)[0];
  if (first && !['NONE', 'CMD', 'CMD-SHELL'].includes(text(first))) {
    throw wrong(first, 'NONE, CMD or CMD-SHELL, being the first word of the test');
  }
  return healthcheck;
}
