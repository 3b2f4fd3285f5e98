import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MASK } from '../../main/services/secrets/face';
import { observe } from '../../main/services/stacks/plan/observe';
import { planProject } from '../../main/services/stacks/plan/plan';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { bench, healthyService, needs, project, READY_COMMAND, service, stay } from './apply-fixture';

const session = openTestSession();
const { engine } = session;
let image = '';
const used: string[] = [];

function fresh(): string {
  const name = uniqueProject('apply');
  used.push(name);
  return name;
}

beforeAll(async () => {
  image = await tinyImage(session);
});
afterEach(async () => {
  for (const one of used.splice(0)) await removeProject(session, one);
});
afterAll(() => engine.close());

describe('apply', () => {
  it('brings a graph up and changes nothing the second time', async () => {
    const stack = project(fresh(), [
      healthyService('db', image),
      service('migrate', image, {
        command: ['sh', '-c', 'exit 0'],
        depends_on: needs('service_healthy', 'db'),
      }),
      healthyService('web', image, { depends_on: needs('service_completed_successfully', 'migrate') }),
    ]);
    const run = await bench(session);
    expect(await run.apply({ project: stack })).toMatchObject({ changed: true });
    expect([...run.rows.values()].map(({ service: name, phase }) => [name, phase])).toEqual([
      ['db', 'ready'],
      ['migrate', 'ready'],
      ['web', 'ready'],
    ]);
    const before = await engine.listContainers([`com.docker.compose.project=${stack.name}`]);
    expect(await run.apply({ project: stack })).toMatchObject({ changed: false });
    const after = await engine.listContainers([`com.docker.compose.project=${stack.name}`]);
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
    const plan = planProject(stack, await observe(session, stack), { services: [], warnings: [] });
    expect(plan.changed).toBe(false);
    expect(await run.deps.journal.history('test', stack.name)).toMatchObject([{ outcome: 'succeeded' }]);
  });

  it('makes what has to wait only when what it waits for has been started', async () => {
    const stack = project(fresh(), [
      healthyService('db', image),
      service('cache', image, { command: READY_COMMAND }),
      service('web', image, { command: READY_COMMAND, depends_on: needs('service_healthy', 'db') }),
      service('page', image, { command: READY_COMMAND, depends_on: needs('service_started', 'cache') }),
    ]);
    const asked: string[] = [];
    const nameOf = new Map<string, string>();
    const { createContainer, startContainer } = engine;
    vi.spyOn(engine, 'createContainer').mockImplementation(async (spec, signal) => {
      asked.push(`create ${spec.name.split('-').at(-2)}`);
      const made = await createContainer(spec, signal);
      nameOf.set(made.id, spec.name.split('-').at(-2) ?? '');
      return made;
    });
    vi.spyOn(engine, 'startContainer').mockImplementation(async (id, signal) => {
      await startContainer(id, signal);
      asked.push(`started ${nameOf.get(id)}`);
    });
    await (await bench(session)).apply({ project: stack });
    vi.restoreAllMocks();
    expect(asked.indexOf('create web')).toBeGreaterThan(asked.indexOf('started db'));
    expect(asked.indexOf('create page')).toBeLessThan(asked.indexOf('started cache'));
  });

  it('finds sixteen unchanged services without asking per container', async () => {
    const names = Array.from({ length: 16 }, (_, index) => `s${index}`);
    const stack = project(
      fresh(),
      names.map((name) => service(name, image, { command: READY_COMMAND })),
    );
    const run = await bench(session);
    await run.apply({ project: stack });
    const inspected = vi.spyOn(session.engine, 'inspectContainer');
    expect(await run.apply({ project: stack })).toMatchObject({ changed: false });
    expect(inspected).not.toHaveBeenCalled();
    inspected.mockRestore();
  });

  it('delivers secrets and configs before the start, with their mode, and keeps them out of inspect', async () => {
    const stack = project(
      fresh(),
      [
        healthyService('web', image, {
          secrets: [{ source: 'password', target: 'db_password', uid: '7', gid: '8', mode: 0o440 }],
          configs: [{ source: 'motd', target: '/etc/app/motd' }],
          command: stay(
            'stat -c "%u %g %a" /run/secrets/db_password; cat /run/secrets/db_password /etc/app/motd; touch /tmp/ready',
          ),
        }),
      ],
      {
        secrets: { password: { name: 'password', environment: 'THE_PASSWORD', extensions: {} } },
        configs: { motd: { name: 'motd', content: 'hello\n', extensions: {} } },
      },
    );
    const run = await bench(session, { environment: { THE_PASSWORD: 'correct horse\n' } });
    await run.apply({ project: stack });
    const lines: string[] = [];
    for await (const line of engine.logs(`${stack.name}-web-1`, { follow: false, tail: 'all' }))
      lines.push(line.text);
    expect(lines).toEqual(['7 8 440', 'correct horse', 'hello']);
    const inspected = await engine.inspectContainer(`${stack.name}-web-1`);
    expect(JSON.stringify(inspected.raw)).not.toContain('correct horse');
    const changed = await observe(session, stack, { environment: { THE_PASSWORD: 'another' } });
    const step = planProject(stack, changed, { services: [], warnings: [] }).steps.find(
      ({ id }) => id === 'service:web',
    );
    expect(step).toMatchObject({
      action: 'recreate-container',
      changes: [{ field: 'secret password', from: MASK, to: MASK }],
    });
  });

  it('replaces a container and keeps its anonymous volume', async () => {
    const name = fresh();
    const volumes = [{ type: 'volume' as const, target: '/data' }];
    const run = await bench(session);
    const first = project(name, [
      healthyService('db', image, {
        volumes,
        command: stay('echo kept > /data/mark; touch /tmp/ready'),
      }),
    ]);
    await run.apply({ project: first });
    const second = project(name, [
      healthyService('db', image, {
        volumes,
        command: stay('cat /data/mark; touch /tmp/ready'),
      }),
    ]);
    await run.apply({ project: second });
    const containers = await engine.listContainers([`com.docker.compose.project=${name}`]);
    expect(containers.map((container) => container.name)).toEqual([`${name}-db-1`]);
    expect(await engine.readFile(`${name}-db-1`, '/data/mark')).toBe('kept\n');
  });

  it('joins several networks and shares a namespace', async () => {
    const name = fresh();
    const stack = project(
      name,
      [
        healthyService('web', image, { networks: { default: {}, back: { aliases: ['inner'] } } }),
        healthyService('side', image, { networks: {}, network_mode: 'service:web' }),
      ],
      {
        networks: {
          default: { name: `${name}_default`, extensions: {} },
          back: { name: `${name}_back`, extensions: {} },
        },
      },
    );
    const run = await bench(session);
    await run.apply({ project: stack });
    const web = await engine.inspectContainer(`${name}-web-1`);
    expect(Object.keys(web.addresses).sort()).toEqual([`${name}_back`, `${name}_default`]);
    expect(await run.apply({ project: stack })).toMatchObject({ changed: false });
  });

  it('runs as many replicas as asked for and takes the surplus away', async () => {
    const name = fresh();
    const run = await bench(session);
    await run.apply({ project: project(name, [healthyService('web', image, { scale: 3 })]) });
    expect(await engine.listContainers([`com.docker.compose.project=${name}`])).toHaveLength(3);
    await run.apply({ project: project(name, [healthyService('web', image, { scale: 1 })]) });
    const left = await engine.listContainers([`com.docker.compose.project=${name}`]);
    expect(left.map((container) => container.name)).toEqual([`${name}-web-1`]);
  });

  it('opens a gate by the probe from outside when the service has one', async () => {
    const stack = project(fresh(), [
      healthyService('db', image, { command: stay(':') }),
      healthyService('web', image, { command: READY_COMMAND, depends_on: needs('service_healthy', 'db') }),
    ]);
    const run = await bench(session, { probe: async (name) => (name === 'db' ? true : null) });
    expect(await run.apply({ project: stack })).toMatchObject({ changed: true });
  });

  it('keeps a gate shut until the probe passes where the container has no check of its own', async () => {
    const stack = project(fresh(), [
      service('db', image),
      service('web', image, { depends_on: needs('service_healthy', 'db') }),
    ]);
    const waiting: unknown[] = [];
    const run = await bench(session, {
      probe: async (name) => {
        if (name !== 'db') return null;
        waiting.push(run.rows.get('web')?.phase);
        return waiting.length > 3;
      },
    });
    await run.apply({ project: stack });
    expect(waiting.length).toBeGreaterThan(3);
    expect(waiting).not.toContain('starting');
    expect(run.rows.get('db')?.detail).toBe('Healthy.');
  });
});
