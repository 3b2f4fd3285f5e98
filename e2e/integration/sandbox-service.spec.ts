/** The sandbox's own program on a real engine: its health contracts over real stores, and its faults. */
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HostSession } from '../../main/services/hosts/host-session';
import { loadCompose } from '../../main/services/stacks/compose-file';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { until } from '../support/until';
import { bench } from './apply-fixture';

const FILE = fileURLToPath(new URL('../../stacks/sandbox/compose.yaml', import.meta.url));
/** The images may have to be built, and their base made. */
const BUILD_LIMIT_MS = 300_000;
const EFFECT_LIMIT_MS = 30_000;
const PORTS = ['POSTGRES', 'REDIS', 'CENTRAL_HUB', 'AUTH', 'WAGTAIL'] as const;

const project = uniqueProject('stacks-faults');
const ports = new Map<string, number>();
let session: HostSession;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

const idOf = async (service: string) => (await session.engine.inspectContainer(`${project}-${service}-1`)).id;

async function ask(
  service: (typeof PORTS)[number],
  path: string,
  init: RequestInit & { name?: string } = {},
) {
  const url = `http://${init.name ?? '127.0.0.1'}:${ports.get(service)}${path}`;
  const reply = await fetch(url, { redirect: 'manual', ...init });
  return { status: reply.status, body: await reply.text() };
}

const hub = async () => {
  const { status, body } = await ask('CENTRAL_HUB', '/health');
  return { status, report: JSON.parse(body) };
};
const setFault = (service: string, fault: Record<string, unknown>) =>
  ask('AUTH', `/sandbox/faults/${service}`, { method: 'POST', body: JSON.stringify(fault) });
const clearFault = (service: string) => ask('AUTH', `/sandbox/faults/${service}`, { method: 'DELETE' });

const hubStatus = () =>
  ask('CENTRAL_HUB', '/health').then(
    ({ status }) => status,
    () => 0,
  );
const hubReaches = (status: number) =>
  until(`the hub answers ${status}`, async () => (await hubStatus()) === status, EFFECT_LIMIT_MS);

async function countLogLines(service: string, word: string): Promise<number> {
  let found = 0;
  for await (const line of session.engine.logs(await idOf(service), { follow: false, tail: 'all' }))
    if (line.text.includes(word)) found += 1;
  return found;
}

beforeAll(async () => {
  session = openTestSession();
  for (const name of PORTS) ports.set(name, await freePort());
  const environment = Object.fromEntries(
    [...ports].map(([name, published]) => [`${name}_PORT`, String(published)]),
  );
  const loaded = await loadCompose({ files: [FILE], projectName: project, environment });
  const { apply } = await bench(session);
  await apply({ project: loaded.project, services: ['auth', 'wagtail'] });
}, BUILD_LIMIT_MS);

afterAll(async () => {
  await removeProject(session, project);
  await session[Symbol.asyncDispose]();
}, BUILD_LIMIT_MS);

describe('health contracts', () => {
  it('reports the real database and the real cache', async () => {
    expect(await hub()).toEqual({
      status: 200,
      report: {
        status: 'healthy',
        service: 'brain-gateway',
        version: 'sandbox-1',
        components: { database: 'healthy', cache: 'healthy' },
        sandbox: true,
      },
    });
  });

  it('answers 503 without the database and degraded without the cache, and recovers from both', async () => {
    const [postgres, redis] = await Promise.all(['postgres', 'redis'].map(idOf));
    await session.engine.stopContainer(postgres ?? '', null);
    expect(await hub()).toMatchObject({ status: 503, report: { status: 'unhealthy' } });
    await session.engine.startContainer(postgres ?? '');
    await hubReaches(200);

    await session.engine.stopContainer(redis ?? '', null);
    expect(await hub()).toMatchObject({ status: 200, report: { status: 'degraded' } });
    await session.engine.startContainer(redis ?? '');
    await until('the hub is healthy', async () => (await hub()).report.status === 'healthy', EFFECT_LIMIT_MS);
  });

  it('insists on the Host header, and Wagtail on HTTPS', async () => {
    const forwarded = { headers: { 'x-forwarded-proto': 'https' } };
    await until(
      'auth answers 200',
      async () => (await ask('AUTH', '/health')).status === 200,
      EFFECT_LIMIT_MS,
    );
    expect((await ask('AUTH', '/health', { name: 'localhost' })).status).toBe(400);
    await until(
      'Wagtail answers 200',
      async () => (await ask('WAGTAIL', '/health/', forwarded)).status === 200,
      EFFECT_LIMIT_MS,
    );
    expect((await ask('WAGTAIL', '/health/')).status).toBe(301);
    expect((await ask('WAGTAIL', '/health/', { name: 'localhost', ...forwarded })).status).toBe(404);
  });

  it('says sandbox on its admin page', async () => {
    const { status, body } = await ask('WAGTAIL', '/admin/');
    expect(status).toBe(200);
    expect(body).toContain('SANDBOX');
  });
});

describe('faults', () => {
  afterEach(async () => {
    await clearFault('central-hub');
    await docker(session, 'restart', await idOf('central-hub'));
    await hubReaches(200);
  });

  it('lies with 200 and fails with 503, until another service takes the fault away', async () => {
    await setFault('central-hub', { fault: 'lie' });
    expect(await hub()).toMatchObject({ status: 200, report: { components: { database: 'unhealthy' } } });
    await setFault('central-hub', { fault: 'fail' });
    expect((await hub()).status).toBe(503);
    expect(JSON.parse((await ask('AUTH', '/sandbox/faults')).body)).toHaveProperty('central-hub');
    await clearFault('central-hub');
    expect(await hub()).toMatchObject({ status: 200, report: { status: 'healthy' } });
  });

  it('crash-loops with exit code 1 and says so on standard error', async () => {
    await setFault('central-hub', { fault: 'crash-loop', milliseconds: 100 });
    const id = await idOf('central-hub');
    await until(
      'the hub has restarted twice',
      async () => (await session.engine.inspectContainer(id)).restartCount >= 2,
      EFFECT_LIMIT_MS,
    );
    expect(await countLogLines('central-hub', 'crash-loop')).toBeGreaterThanOrEqual(2);
  });

  it('eats memory until the limit of the container kills it', async () => {
    await setFault('central-hub', { fault: 'eat-memory', megabytesPerSecond: 200 });
    const id = await idOf('central-hub');
    await until(
      'the hub is killed for its memory',
      async () => (await session.engine.inspectContainer(id)).oomKilled,
      EFFECT_LIMIT_MS,
    );
  });

  it('floods its log and starts slowly', async () => {
    await setFault('central-hub', { fault: 'flood-log', linesPerSecond: 2_000 });
    await until(
      'a thousand lines are written',
      async () => (await countLogLines('central-hub', 'flood-log')) > 1_000,
      EFFECT_LIMIT_MS,
    );
    await setFault('central-hub', { fault: 'slow-start', milliseconds: 3_000 });
    const restarted = Date.now();
    await docker(session, 'restart', await idOf('central-hub'));
    await hubReaches(200);
    expect(Date.now() - restarted).toBeGreaterThanOrEqual(3_000);
  });

  it('refuses a fault it does not know, and one for nobody', async () => {
    expect((await setFault('central-hub', { fault: 'sing' })).status).toBe(400);
    expect((await setFault('central-hub', { fault: 'flood-log', linesPerSecond: -1 })).status).toBe(400);
    expect((await setFault('nobody', { fault: 'lie' })).status).toBe(404);
  });
});
