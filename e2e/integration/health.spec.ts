import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerdictState } from '../../preload/contract';
import { type Bench, openHealthBench, type Unit, untilState, well } from '../support/health-bench';
import { until } from '../support/until';

const MEBIBYTE = 1024 * 1024;

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
    // The engine begins to watch for this a moment after the start, and may miss what comes at once.
    command: ['sh', '-c', 'sleep 2; x=a; while true; do x=$x$x; done'],
    hostConfig: { Memory: 16 * MEBIBYTE, MemorySwap: 16 * MEBIBYTE },
  },
  plain: { command: ['sleep', '600'], probe: null },
  migrated: { unit: 'job', command: ['true'], probe: null },
  unmigrated: { unit: 'job', command: ['sh', '-c', 'exit 4'], probe: null },
  missing: {},
};

describe('verdicts on a real engine', () => {
  let bench: Bench;
  const ids = new Map<string, string>();
  beforeAll(async () => {
    bench = await openHealthBench(UNITS);
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
    ['hungry', 'oom-killed', /memory limit of 16 MiB/],
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
    expect(row.tier).toBe(row.defined ? 'All' : 'not in the file');
  });

  it('shows what a probe saw, where it asked, and the history', async () => {
    const row = await untilState(bench, 'lying', 'lying');
    expect(row.verdict.evidence?.status).toBe(200);
    expect(row.verdict.evidence?.target).toMatch(/^GET http:\/\/(172|10)\./);
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

  it('judges a service by the worst of its replicas, until that is gone', async () => {
    await untilState(bench, 'good', 'healthy');
    const lying = { health: { ...well, database: 'disconnected' }, number: 2 };
    const id = await bench.start('good', lying);
    const row = await untilState(bench, 'good', 'lying');
    expect(row).toMatchObject({ containerId: id });
    expect(row.verdict.reason).toBe(
      'has 1 of 2 replicas lying: answers 200 but reports database: disconnected',
    );
    await bench.session.engine.removeContainer(id, { force: true, volumes: true });
    const left = await untilState(bench, 'good', 'healthy');
    expect(left.verdict.reason).toBe('answers 200 and reports database: connected');
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
    for (const cause of [
      /^Wagtail answers 200 but reports database: disconnected\.$/,
      /^AI agents was killed for exceeding its memory limit of 16 MiB \d+ s ago; it stays down/,
      /^Central hub keeps crashing: exit code 3, \d+ restarts in \d+ s/,
    ])
      expect(sentences().filter((sentence) => cause.test(sentence))).toHaveLength(1);
    expect(bench.attention().map((item) => item.service)).not.toContain('good');
    expect(bench.attention().map((item) => item.service)).not.toContain('migrated');
  });

  it('tells of a lock whose owner is gone, from its making to its end', async () => {
    const { engine } = bench.session;
    const labels = { owner: 'ann@desk', since: String(Date.now()), machine: hostname(), pid: '4194999' };
    const own = Object.entries(labels).map(([name, value]) => [`com.bizosaas.lock.${name}`, value]);
    const Labels = { 'com.bizosaas.lock': bench.project, ...Object.fromEntries(own) };
    const name = `bizosaas-lock-${bench.project}`;
    const { id } = await engine.createContainer({
      name,
      body: { Image: bench.image, Cmd: ['lock'], Labels },
    });
    const told = () => bench.attention().some((item) => item.id === 'lock');
    try {
      await until('the lock is told', told, 4000);
    } finally {
      await engine.removeContainer(id, { force: true, volumes: false });
    }
    await until('the lock is forgotten', () => !told(), 4000);
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
