import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { actOnServices } from '../../main/services/stacks/apply/act';
import { removalPreview, removeProject as remove } from '../../main/services/stacks/apply/remove';
import { readLock } from '../../main/services/stacks/lock/lock';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { type Bench, bench, healthyService, needs, project, service, stay } from './apply-fixture';

const session = openTestSession();
const { engine } = session;
const silent = { phase: () => undefined, service: () => undefined };
const used: string[] = [];
let image = '';
let run: Bench;

function fresh(): string {
  const name = uniqueProject('act');
  used.push(name);
  return name;
}

function two() {
  return project(
    fresh(),
    [
      healthyService('db', image, { volumes: [{ type: 'volume', source: 'data', target: '/data' }] }),
      healthyService('web', image, { depends_on: needs('service_healthy', 'db') }),
    ],
    { volumes: { data: { name: `${used.at(-1)}_data`, extensions: {} } } },
  );
}

async function states(name: string): Promise<Record<string, string>> {
  const containers = await engine.listContainers([`com.docker.compose.project=${name}`]);
  return Object.fromEntries(containers.map((one) => [one.name.replace(`${name}-`, ''), one.state]));
}

beforeAll(async () => {
  image = await tinyImage(session);
  run = await bench(session);
});
afterEach(async () => {
  for (const one of used.splice(0)) await removeProject(session, one);
});
afterAll(() => engine.close());

describe('act', () => {
  const { signal } = new AbortController();

  it('stops dependants first, and starts and restarts dependencies first', async () => {
    const stack = two();
    await run.apply({ project: stack });
    const order: string[] = [];
    const progress = {
      phase: () => undefined,
      service: ({ service: name, phase }: { service: string; phase: string }) =>
        void order.push(`${name} ${phase}`),
    };
    const act = (action: 'start' | 'stop' | 'restart') =>
      actOnServices(run.deps, { stackId: 'test', project: stack, services: [], action }, progress, signal);
    await act('stop');
    expect(await states(stack.name)).toEqual({ 'db-1': 'exited', 'web-1': 'exited' });
    expect(order).toContain('web ready');
    expect(order.indexOf('web ready')).toBeLessThan(order.indexOf('db stopping'));
    order.length = 0;
    await act('start');
    expect(order.indexOf('db ready')).toBeLessThan(order.indexOf('web starting'));
    const before = (await engine.inspectContainer(`${stack.name}-web-1`)).startedAt ?? 0;
    expect((await act('restart')).summary).toBe('2 services restarted.');
    expect((await engine.inspectContainer(`${stack.name}-web-1`)).startedAt).toBeGreaterThan(before);
  });

  it('restarts a crash-looping container once its cause is gone, and says when it is not', async () => {
    const command = stay('[ -e /data/ok ] || exit 7');
    const volumes = [{ type: 'volume' as const, source: 'data', target: '/data' }];
    const name = fresh();
    const stack = project(
      name,
      [
        service('loop', image, { command, volumes, restart: 'always' }),
        healthyService('fixer', image, { volumes }),
      ],
      {
        volumes: { data: { name: `${name}_data`, extensions: {} } },
      },
    );
    await expect(run.apply({ project: stack })).rejects.toMatchObject({ code: 'APPLY_FAILED' });
    await engine.exec(`${name}-fixer-1`, ['touch', '/data/ok']);
    await actOnServices(
      run.deps,
      { stackId: 'test', project: stack, services: ['loop'], action: 'restart' },
      silent,
      signal,
    );
    expect((await states(name))['loop-1']).toBe('running');
  });

  it('holds the lock while it acts, so that nothing else changes the project', async () => {
    const stack = two();
    await run.apply({ project: stack });
    const act = (progress: typeof silent) =>
      actOnServices(
        run.deps,
        { stackId: 'test', project: stack, services: ['web'], action: 'stop' },
        progress,
        signal,
      );
    const refused: Promise<unknown>[] = [];
    const attempt = (): undefined => {
      if (refused.length === 0) refused.push(act(silent).catch((error: unknown) => error));
      return undefined;
    };
    await act({ ...silent, service: attempt });
    expect(await Promise.all(refused)).toMatchObject([{ code: 'APPLY_LOCKED' }]);
    expect(await readLock(session, stack.name, Date.now())).toBeNull();
  });

  it('refuses a service without a container', async () => {
    const stack = two();
    const acting = actOnServices(
      run.deps,
      { stackId: 'test', project: stack, services: ['web'], action: 'start' },
      silent,
      signal,
    );
    await expect(acting).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('removes containers and networks, and volumes only when asked', async () => {
    const stack = two();
    await run.apply({ project: stack });
    expect(await removalPreview(session, stack.name)).toMatchObject({
      containers: expect.arrayContaining([`${stack.name}-db-1`, `${stack.name}-web-1`]),
      networks: [`${stack.name}_default`],
      volumes: [{ name: `${stack.name}_data` }],
    });
    const request = { stackId: 'test', project: stack.name };
    await remove(run.deps, { ...request, volumes: false }, silent, signal);
    expect(await removalPreview(session, stack.name)).toMatchObject({
      containers: [],
      networks: [],
      volumes: [{}],
    });
    await remove(run.deps, { ...request, volumes: true }, silent, signal);
    expect((await removalPreview(session, stack.name)).volumes).toEqual([]);
  });
});
