import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalSession } from '../../main/adapters/local';
import type { HealthService } from '../../main/services/health/face';
import { createHealthService } from '../../main/services/health/health';
import { createHostsService } from '../../main/services/hosts';
import type { HostsService } from '../../main/services/hosts/face';
import type { HostSession } from '../../main/services/hosts/host-session';
import { createSettingsService } from '../../main/services/settings/settings';
import type { ComposeService, LoadedCompose } from '../../main/services/stacks/compose-file/model';
import type { OnStack, StacksService } from '../../main/services/stacks/face';
import { cancellable, sleep } from '../../main/streams/abortable';
import { applyUpdate, type LiveCopy } from '../../main/streams/apply-update';
import type { Attention, LiveUpdate, ServiceRow, VerdictState } from '../../preload/contract';
import {
  type OwnEngine,
  openTestSession,
  removeProject,
  startOwnEngine,
  uniqueProject,
} from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';

const MEBIBYTE = 1024 * 1024;
const MISSED_ENGINE_MS = 5000;

interface Unit {
  unit?: 'service' | 'job';
  title?: string;
  /** JSON the service answers on /health; null serves nothing. */
  health?: Record<string, unknown>;
  command?: string[];
  hostConfig?: Record<string, unknown>;
  probe?: Record<string, unknown> | null;
  dependsOn?: string[];
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

const well = { service: 'ours', status: 'healthy', database: 'connected' };
const UNITS: Record<string, Unit> = {
  good: { health: well },
  lying: { title: 'Wagtail', health: { ...well, database: 'disconnected' } },
  degraded: { health: { ...well, status: 'degraded' } },
  foreign: { health: { ...well, service: 'dokploy' } },
  fading: { health: well },
  guarded: {
    command: ['sh', '-c', "echo '/:a:b' > /etc/httpd.conf; exec httpd -f -p 8080 -h /www -c /etc/httpd.conf"],
  },
  ended: { health: well },
  crashing: {
    title: 'Central hub',
    command: ['sh', '-c', 'sleep 0.1; exit 3'],
    hostConfig: { RestartPolicy: { Name: 'always' } },
  },
  hungry: {
    title: 'AI agents',
    command: ['sh', '-c', 'x=a; while true; do x=$x$x; done'],
    hostConfig: { Memory: 16 * MEBIBYTE, MemorySwap: 16 * MEBIBYTE },
  },
  plain: { command: ['sleep', '600'], probe: null },
  migrated: { unit: 'job', command: ['true'], probe: null },
  unmigrated: { unit: 'job', command: ['sh', '-c', 'exit 4'], probe: null },
  missing: {},
};

function definitionOf(project: string, units: Record<string, Unit>): LoadedCompose {
  const services = Object.entries(units).map(
    ([name, { unit = 'service', title = name, probe = JSON_PROBE, dependsOn = [] }]) => {
      const own = { title, tier: 'all', side: 'back', unit, ...(probe ? { probe } : {}) };
      const needs = dependsOn.map((need) => [
        need,
        { condition: 'service_started', required: true, restart: false },
      ]);
      const service: ComposeService = {
        ...{
          name,
          environment: {},
          labels: {},
          ports: [],
          volumes: [],
          networks: {},
          secrets: [],
          configs: [],
        },
        depends_on: Object.fromEntries(needs),
        extensions: { 'x-bizosaas': own },
      };
      return [name, service];
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

interface Bench {
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

async function openBench(units: Record<string, Unit>, endpoint?: string): Promise<Bench> {
  const session = openTestSession(endpoint);
  const project = uniqueProject('health');
  const image = await tinyImage(session);
  const settings = createSettingsService({
    store: { path: '', read: () => ({}), write: () => undefined },
    log,
  });
  const hosts = createHostsService({
    openSession: (host) => createLocalSession({ hostId: host.id, endpoint: host.endpoint, environment: {} }),
    settings,
    environment: { DOCKER_HOST: session.endpoint },
    homeDirectory: '/nonexistent',
    now: Date.now,
    log,
  });
  const loaded = definitionOf(project, units);
  const stacks: Pick<StacksService, 'load' | 'watch' | 'lock'> = {
    load: async () => loaded,
    lock: async () => null,
    watch: (_, signal) =>
      cancellable(signal, async function* (inner) {
        yield { type: 'snapshot', revision: 0, items: [] };
        await sleep(600_000, inner);
      }),
  };
  const health = createHealthService({ hosts, stacks, settings, now: Date.now, log });
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
  const labels = { 'com.docker.compose.project': bench.project, 'com.docker.compose.service': name };
  const body = {
    Image: bench.image,
    Cmd: unit.command ?? serve(unit.health ?? {}),
    Labels: labels,
    StopTimeout: 1,
    HostConfig: unit.hostConfig ?? {},
  };
  const { id } = await engine.createContainer({ name: `${bench.project}-${name}`, body });
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

async function untilState(
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

describe('verdicts on a real engine', () => {
  let bench: Bench;
  const ids = new Map<string, string>();
  beforeAll(async () => {
    bench = await openBench(UNITS);
    const started = Object.entries(UNITS).filter(([name]) => name !== 'missing');
    await Promise.all(started.map(async ([name, unit]) => ids.set(name, await bench.start(name, unit))));
    await bench.start('left-over', { command: ['sleep', '600'] });
  });
  afterAll(() => bench.dispose());

  it.each<[string, VerdictState, RegExp]>([
    ['good', 'healthy', /^answers 200 and reports database: connected$/],
    ['foreign', 'foreign', /service: dokploy, expected ours/],
    ['guarded', 'listening', /^answers 401/],
    ['crashing', 'crash-looping', /^keeps crashing: exit code 3, \d+ restarts/],
    ['hungry', 'oom-killed', /memory limit of 16 MB/],
    ['plain', 'running', /nothing is defined to probe/],
    ['migrated', 'completed', /exit code 0/],
    ['unmigrated', 'failed', /exit code 4/],
    ['missing', 'absent', /no container/],
    ['left-over', 'running', /is up/],
    ['lying', 'lying', /^answers 200 but reports database: disconnected$/],
    ['degraded', 'degraded', /reports status: degraded/],
  ])('%s is %s', async (service, state, reason) => {
    const row = await untilState(bench, service, state);
    expect(row.verdict.reason).toMatch(reason);
    expect(row.defined).toBe(service !== 'left-over');
  });

  it('shows what a probe saw, where it asked, and the history', async () => {
    const row = await untilState(bench, 'lying', 'lying');
    expect(row.verdict.evidence).toMatchObject({
      status: 200,
      target: expect.stringMatching(/^GET http:\/\/172\.|^GET http:\/\/10\./),
    });
    expect(row.verdict.evidence?.excerpt).toContain('disconnected');
    const probes = await bench.health.probes(bench.on, 'lying');
    expect(probes.length).toBeGreaterThan(3);
    expect(probes.map((probe) => probe.at)).toEqual(probes.map((probe) => probe.at).sort((a, b) => b - a));
  });

  it('measures processor, memory and network', async () => {
    await until('rates of good', () => (bench.row('good')?.usage?.cpuPercent ?? null) !== null);
    const usage = bench.row('good')?.usage;
    expect(usage?.memoryBytes).toBeGreaterThan(10_000);
    expect(usage?.receiveBytesPerSecond).toBeGreaterThan(0);
  });

  it('turns unhealthy at once when a well service answers an error, and well again', async () => {
    const id = ids.get('fading') ?? '';
    await untilState(bench, 'fading', 'healthy');
    await bench.session.engine.exec(id, ['mv', '/www/health', '/www/away']);
    const faded = await untilState(bench, 'fading', 'unhealthy', 5000);
    expect(faded.verdict.reason).toMatch(/^answers 404/);
    await bench.session.engine.exec(id, ['mv', '/www/away', '/www/health']);
    const back = await untilState(bench, 'fading', 'healthy', 5000);
    expect(back.verdict.since).toBeGreaterThan(faded.verdict.since);
  });

  it('tells a stop by hand from an end by itself', async () => {
    await untilState(bench, 'ended', 'healthy');
    await bench.session.engine.stopContainer(ids.get('ended') ?? '', 1);
    expect((await untilState(bench, 'ended', 'stopped')).verdict.reason).toMatch(/^was stopped/);
  });

  it('names each cause on Overview, and nothing that is well', async () => {
    const sentences = () => bench.attention().map((item) => item.sentence);
    await until('all faults are named', () => sentences().length >= 8);
    expect(sentences()).toEqual(
      expect.arrayContaining([
        'Wagtail answers 200 but reports database: disconnected.',
        expect.stringMatching(
          /^AI agents was killed for exceeding its memory limit of 16 MB \d+ s ago; it stays down/,
        ),
        expect.stringMatching(/^Central hub keeps crashing: exit code 3, \d+ restarts in \d+ s/),
      ]),
    );
    expect(bench.attention().map((item) => item.service)).not.toContain('good');
    expect(bench.attention().map((item) => item.service)).not.toContain('migrated');
  });

  it('begins anew with a new container', async () => {
    const id = ids.get('hungry') ?? '';
    await bench.session.engine.removeContainer(id, { force: true, volumes: true });
    await untilState(bench, 'hungry', 'absent');
    await bench.start('hungry', { health: well });
    expect((await untilState(bench, 'hungry', 'healthy', 5000)).lastOomAt).toBeNull();
  });

  it('answers once for the command line with the same verdicts', async () => {
    const rows = await bench.health.rowsOnce(bench.on);
    const states = Object.fromEntries(rows.map((row) => [row.id, row.verdict.state]));
    expect(states).toMatchObject({
      good: 'healthy',
      foreign: 'foreign',
      lying: 'lying',
      missing: 'absent',
      ended: 'stopped',
    });
  });
});

describe('an engine that dies', () => {
  let engine: OwnEngine;
  let bench: Bench;
  beforeAll(async () => {
    engine = await startOwnEngine();
    bench = await openBench({ good: { health: well } }, engine.endpoint);
    await bench.start('good', { health: well });
  });
  afterAll(async () => {
    await bench?.dispose();
    await engine?.stop();
  });

  it('is noticed within five seconds, shown, and recovered from', async () => {
    const before = await untilState(bench, 'good', 'healthy');
    const killedAt = Date.now();
    await engine.kill();
    const lost = await untilState(bench, 'good', 'unknown', MISSED_ENGINE_MS);
    expect(Date.now() - killedAt).toBeLessThan(MISSED_ENGINE_MS);
    expect(lost.verdict.reason).toMatch(/the engine does not answer; last seen healthy: answers 200/);
    expect(lost.containerId).toBe(before.containerId);
    await until('it is told', () => bench.attention().some((item) => item.id === 'engine'));
    await engine.start();
    await until(
      'the engine is seen again',
      () => bench.row('good')?.verdict.state !== 'unknown',
      MISSED_ENGINE_MS,
    );
    await bench.session.engine.startContainer(before.containerId ?? '');
    const back = await untilState(bench, 'good', 'healthy');
    expect(back.verdict.since).toBeGreaterThan(killedAt);
    expect(bench.attention().some((item) => item.id === 'engine')).toBe(false);
  });
});
