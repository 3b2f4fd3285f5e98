/** Supervision as the console wires it, over containers that each do one thing well or wrong. */
import { randomUUID } from 'node:crypto';
import { createLocalSession } from '../../main/adapters/local';
import type { HealthService } from '../../main/services/health/face';
import { createHealthService } from '../../main/services/health/health';
import { createHostsService } from '../../main/services/hosts';
import type { HostsService } from '../../main/services/hosts/face';
import type { HostSession } from '../../main/services/hosts/host-session';
import { createSettingsService } from '../../main/services/settings/settings';
import type { LoadedCompose } from '../../main/services/stacks/compose-file/model';
import { sampleService } from '../../main/services/stacks/compose-file/sample';
import type { OnStack, StacksService } from '../../main/services/stacks/face';
import { readLock } from '../../main/services/stacks/lock/lock';
import { createTasksService } from '../../main/services/tasks/tasks';
import { cancellable, sleep } from '../../main/streams/abortable';
import { applyUpdate, type LiveCopy } from '../../main/streams/apply-update';
import type { Attention, LiveUpdate, ServiceRow, VerdictState } from '../../preload/contract';
import { openTestSession, removeProject, uniqueProject } from './engine';
import { tinyImage } from './images';
import { until } from './until';

export interface Unit {
  unit?: 'service' | 'job';
  title?: string;
  /** JSON the service answers on /health; null serves nothing. */
  health?: Record<string, unknown>;
  command?: string[];
  hostConfig?: Record<string, unknown>;
  probe?: Record<string, unknown> | null;
  dependsOn?: string[];
  /** Of the replica, where a service has several. */
  number?: number;
}

const JSON_PROBE = {
  kind: 'http',
  port: 8080,
  path: '/health',
  timeoutSeconds: 2,
  intervalSeconds: 0.5,
  identity: [{ path: 'service', in: ['ours'] }],
  degraded: [{ path: 'status', in: ['degraded'] }],
  healthy: [{ path: 'database', in: ['connected'] }],
};

function serve(body: Record<string, unknown>): string[] {
  return ['sh', '-c', `echo '${JSON.stringify(body)}' > /www/health; exec httpd -f -p 8080 -h /www`];
}

/** A container that answers well to the probe of a unit without a command of its own. */
export const well = { service: 'ours', status: 'healthy', database: 'connected' };

function definitionOf(project: string, units: Record<string, Unit>): LoadedCompose {
  const services = Object.entries(units).map(
    ([name, { unit = 'service', title = name, probe = JSON_PROBE, dependsOn = [] }]) => {
      const own = { title, tier: 'all', side: 'back', unit, ...(probe ? { probe } : {}) };
      const needs = dependsOn.map((need) => [
        need,
        { condition: 'service_started', required: true, restart: false },
      ]);
      const more = { depends_on: Object.fromEntries(needs), extensions: { 'x-bizosaas': own } };
      return [name, sampleService(name, more)];
    },
  );
  const whole = {
    name: project,
    directory: '/',
    files: [],
    networks: {},
    volumes: {},
    secrets: {},
    configs: {},
  };
  const extension = { title: 'Test', tiers: [{ id: 'all', title: 'All' }] };
  return {
    project: { ...whole, services: Object.fromEntries(services), extensions: { 'x-bizosaas': extension } },
    warnings: [],
    variables: [],
  };
}

export interface Bench {
  session: HostSession;
  hosts: HostsService;
  health: HealthService;
  on: OnStack;
  project: string;
  image: string;
  row(service: string): ServiceRow | undefined;
  attention(): Attention[];
  start(name: string, unit: Unit): Promise<string>;
  dispose(): Promise<void>;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** `supervised`: the session that supervision has instead of one to the endpoint. */
export async function openHealthBench(
  units: Record<string, Unit>,
  endpoint?: string,
  supervised?: HostSession,
): Promise<Bench> {
  const session = openTestSession(endpoint);
  const project = uniqueProject('health');
  const image = await tinyImage(session);
  const settings = createSettingsService({
    store: { path: '', read: () => ({}), write: () => undefined },
    log,
  });
  const hosts = createHostsService({
    openSession: (host) =>
      supervised ?? createLocalSession({ hostId: host.id, endpoint: host.endpoint, environment: {} }),
    settings,
    environment: { DOCKER_HOST: session.endpoint },
    homeDirectory: '/nonexistent',
    now: Date.now,
    log,
  });
  const loaded = definitionOf(project, units);
  const stacks: Pick<StacksService, 'known' | 'fileChanges' | 'watch' | 'lock'> = {
    known: async () => ({ project: loaded.project, unreadable: null }),
    async *fileChanges() {},
    lock: () => readLock(session, project, Date.now()),
    watch: (_, signal) =>
      cancellable(signal, async function* (inner) {
        yield { type: 'snapshot', revision: 0, items: [] };
        await sleep(600_000, inner);
      }),
  };
  const tasks = createTasksService({ now: Date.now, log, newId: randomUUID });
  const health = createHealthService({ hosts, stacks, settings, tasks, now: Date.now, log });
  const on = { hostId: (await hosts.selected()).id, stackId: 'test' };
  const stop = new AbortController();
  const rows = mirror(health.watchRows(on, stop.signal));
  const attention = mirror(health.watchAttention(on, stop.signal));
  return {
    ...{ session, hosts, health, on, project, image },
    row: (service) => rows.copy?.items.get(service),
    attention: () => [...(attention.copy?.items.values() ?? [])],
    start: (name, unit) => startUnit({ session, project, image }, name, unit),
    async dispose() {
      stop.abort();
      await health.dispose();
      await hosts.dispose();
      await removeProject(session, project);
      await session[Symbol.asyncDispose]();
    },
  };
}

async function startUnit(
  bench: Pick<Bench, 'session' | 'project' | 'image'>,
  name: string,
  unit: Unit,
): Promise<string> {
  const { engine } = bench.session;
  const number = unit.number ?? 1;
  const labels = {
    'com.docker.compose.project': bench.project,
    'com.docker.compose.service': name,
    'com.docker.compose.container-number': `${number}`,
  };
  const body = {
    Image: bench.image,
    Cmd: unit.command ?? serve(unit.health ?? {}),
    Labels: labels,
    StopTimeout: 1,
    HostConfig: unit.hostConfig ?? {},
  };
  const { id } = await engine.createContainer({ name: `${bench.project}-${name}-${number}`, body });
  await engine.startContainer(id);
  return id;
}

function mirror<Item extends { id: string }>(updates: AsyncIterable<LiveUpdate<Item>>) {
  const state: { copy: LiveCopy<Item> | null } = { copy: null };
  const follow = async () => {
    for await (const update of updates) state.copy = applyUpdate(state.copy, update, (item) => item.id);
  };
  void follow();
  return state;
}

export async function untilState(
  bench: Bench,
  service: string,
  state: VerdictState,
  limitMs = 20_000,
): Promise<ServiceRow> {
  const holds = () => bench.row(service)?.verdict.state === state;
  await until(`${service} is ${state}`, holds, limitMs).catch((error: unknown) => {
    throw new Error(`${String(error)}; it is ${JSON.stringify(bench.row(service)?.verdict)}`);
  });
  const row = bench.row(service);
  if (!row) throw new Error(`${service} has no row`);
  return row;
}
