/** What stops a service of an apply, told by name and cause, and stops nobody else. */
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { bench, healthyService, needs, project, service } from './apply-fixture';

const session = openTestSession();
const { engine } = session;
let image = '';
const used: string[] = [];

function fresh(): string {
  const name = uniqueProject('apply');
  used.push(name);
  return name;
}

function port(): number {
  return 25_000 + Math.floor(Math.random() * 900);
}

beforeAll(async () => {
  image = await tinyImage(session);
});
afterEach(async () => {
  for (const one of used.splice(0)) await removeProject(session, one);
});
afterAll(() => engine.close());

describe('an apply with a fault', () => {
  it('stops only what depends on a failed job, and shows its last lines', async () => {
    const stack = project(fresh(), [
      service('job', image, { command: ['sh', '-c', 'echo no such table; exit 3'] }),
      healthyService('after', image, { depends_on: needs('service_completed_successfully', 'job') }),
      healthyService('last', image, { depends_on: needs('service_healthy', 'after') }),
      healthyService('other', image),
    ]);
    const run = await bench(session);
    await expect(run.apply({ project: stack })).rejects.toMatchObject({
      code: 'APPLY_FAILED',
      data: { failed: ['job', 'after', 'last'] },
    });
    expect(run.rows.get('job')).toMatchObject({ phase: 'failed', logTail: ['no such table'] });
    expect(run.rows.get('job')?.detail).toContain('exit code 3');
    expect(run.rows.get('after')).toMatchObject({ phase: 'blocked', detail: 'Not started: job failed.' });
    expect(run.rows.get('last')).toMatchObject({
      phase: 'blocked',
      detail: 'Not started: after is blocked.',
    });
    expect(run.rows.get('other')?.phase).toBe('ready');
  });

  it('gives up on a service whose health never comes and says what the check answered', async () => {
    const test = ['CMD-SHELL', 'echo not yet; exit 1'];
    const stack = project(fresh(), [
      service('never', image, { healthcheck: { test, interval: 300, timeout: 300, retries: 1 } }),
      healthyService('other', image),
    ]);
    const run = await bench(session, { timing: { gateFloorMs: 700 } });
    await expect(run.apply({ project: stack })).rejects.toMatchObject({
      code: 'APPLY_FAILED',
      data: { failed: ['never'] },
    });
    expect(run.rows.get('never')?.detail).toContain(
      'It did not become healthy within 1 s. Last answer: not yet',
    );
  });

  it('fails a crash-looping service early', async () => {
    const stack = project(fresh(), [
      healthyService('loop', image, { command: ['sh', '-c', 'echo bad config; exit 1'], restart: 'always' }),
    ]);
    const run = await bench(session);
    const started = Date.now();
    await expect(run.apply({ project: stack })).rejects.toMatchObject({ code: 'APPLY_FAILED' });
    expect(Date.now() - started).toBeLessThan(15_000);
    expect(run.rows.get('loop')?.detail).toContain('crash-looping');
    expect(run.rows.get('loop')?.logTail).toContain('bad config');
  });

  it('names the process that took a port between pre-flight and start', async () => {
    const taken = port();
    const thief: Server = createServer();
    const stack = project(fresh(), [
      healthyService('web', image, {
        ports: [{ target: 80, published: String(taken), protocol: 'tcp', mode: 'ingress' }],
      }),
      healthyService('other', image),
    ]);
    await new Promise<void>((resolve) => thief.listen(taken, '0.0.0.0', resolve));
    const run = await bench(session);
    try {
      await expect(run.apply({ project: stack })).rejects.toMatchObject({ data: { failed: ['web'] } });
    } finally {
      thief.close();
    }
    expect(run.rows.get('web')?.detail).toContain(`Port ${taken} on the host is taken by`);
    expect(run.rows.get('web')?.detail).toContain('node');
    expect(run.rows.get('other')?.phase).toBe('ready');
    expect(await run.apply({ project: stack })).toMatchObject({ changed: true });
  });

  it('names the container that holds a port', async () => {
    const taken = port();
    const ports = [{ target: 80, published: String(taken), protocol: 'tcp', mode: 'ingress' }];
    const holder = project(fresh(), [healthyService('holder', image, { ports })]);
    const run = await bench(session);
    await run.apply({ project: holder });
    const stack = project(fresh(), [healthyService('web', image, { ports })]);
    await expect(run.apply({ project: stack })).rejects.toMatchObject({ code: 'APPLY_FAILED' });
    expect(run.rows.get('web')?.detail).toContain(`taken by container ${holder.name}-holder-1`);
  });

  it('lets an image that cannot be had block nobody else', async () => {
    const stack = project(fresh(), [
      healthyService('gone', 'bizosaas-apply.invalid/none:1'),
      healthyService('after', image, { depends_on: needs('service_started', 'gone') }),
      healthyService('other', image),
    ]);
    const run = await bench(session);
    await expect(run.apply({ project: stack })).rejects.toMatchObject({
      data: { failed: ['gone', 'after'] },
    });
    expect(run.rows.get('gone')?.phase).toBe('failed');
    expect(run.rows.get('other')?.phase).toBe('ready');
  });

  it('builds an image again that vanished between plan and creation', async () => {
    const { image: _none, ...built } = healthyService('built', image);
    const build = { context: import.meta.dirname, dockerfile_inline: `FROM ${image}\nENV BUILT=yes\n` };
    const stack = project(fresh(), [{ ...built, build }]);
    const reference = `${stack.name}-built:latest`;
    let vanished = false;
    const run = await bench({
      ...session,
      engine: {
        ...engine,
        async createContainer(spec, signal) {
          if (!vanished && spec.body.Image === `${stack.name}-built`) {
            vanished = true;
            await docker(session, 'image', 'rm', reference);
          }
          return engine.createContainer(spec, signal);
        },
      },
    });
    try {
      expect(await run.apply({ project: stack })).toMatchObject({ changed: true });
      expect(vanished).toBe(true);
    } finally {
      await removeProject(session, stack.name);
      await docker(session, 'image', 'rm', reference);
    }
  });

  it('brings the previous container back when its successor cannot start or does not get healthy', async () => {
    const name = fresh();
    const run = await bench(session, { timing: { gateFloorMs: 500 } });
    await run.apply({ project: project(name, [healthyService('web', image)]) });
    const [before] = await engine.listContainers([`com.docker.compose.project=${name}`]);
    for (const sketch of [
      { command: ['/no/such/program'] },
      { command: ['sh', '-c', 'echo broken; sleep 0.2; exit 1'] },
    ]) {
      await expect(
        run.apply({ project: project(name, [healthyService('web', image, sketch)]) }),
      ).rejects.toMatchObject({ code: 'APPLY_FAILED' });
      expect(run.rows.get('web')?.detail).toContain('The previous container runs again.');
      const after = await engine.listContainers([`com.docker.compose.project=${name}`]);
      expect(after).toMatchObject([{ id: before?.id, name: `${name}-web-1`, state: 'running' }]);
    }
    expect(run.rows.get('web')?.logTail).toContain('broken');
  });
});
