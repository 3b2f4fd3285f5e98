/**
 * Cancel at each phase but the pull, which has a file of its own: what is left is consistent, the next plan names
 * exactly what remains, and a second apply finishes it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { removalPreview, removeProject as takeAway } from '../../main/services/stacks/apply/remove';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import type { ApplyProgress } from '../../main/services/stacks/face';
import { readLock } from '../../main/services/stacks/lock/lock';
import { docker } from '../support/docker';
import { type Bench, bench, halfway, healthyService, needs, project, service } from './apply-fixture';
import { type PlanFixture, planFixture } from './plan-fixture';

let fixture: PlanFixture;
let engine: PlanFixture['engine'];
let name = '';
let image = '';
let run: Bench;

beforeAll(async () => {
  fixture = await planFixture();
  ({ engine, name, image, bench: run } = fixture);
});
afterEach(async () => {
  run.rows.clear();
  await fixture.clear();
});
afterAll(() => fixture.dispose());

/** Cancels as soon as `ready`; answers what the apply rejected with, and fails when it did not. */
async function cancelWhen(
  stack: ComposeProject,
  ready: (phase: (name: string) => string | undefined) => boolean,
): Promise<unknown> {
  const controller = new AbortController();
  const progress: ApplyProgress = {
    phase: () => undefined,
    service: (row) => {
      run.rows.set(row.service, row);
      if (ready((of) => run.rows.get(of)?.phase)) controller.abort();
    },
  };
  return run.apply({ project: stack }, controller.signal, progress).then(
    () => new Error('The apply came to its end.'),
    (error: unknown) => error,
  );
}

async function containers(): Promise<string[]> {
  const listed = await engine.listContainers([`com.docker.compose.project=${name}`]);
  return listed.map((container) => container.name).sort();
}

async function expectConsistent(): Promise<void> {
  expect((await containers()).filter((container) => container.includes('.bizosaas-'))).toEqual([]);
  expect(await readLock(fixture.session, name, Date.now())).toBeNull();
}

async function expectFinished(stack: ComposeProject): Promise<void> {
  await fixture.apply(stack);
  expect(await fixture.changes(stack)).toEqual({});
}

const NOT_STARTED = 'The container was created and never started.';

describe('cancel', () => {
  it('while building leaves nothing of it', async () => {
    const context = await mkdtemp(join(tmpdir(), 'bizosaas-cancel-'));
    const stack = (words: string): ComposeProject => {
      const { image: _none, ...built } = healthyService('built', image);
      const dockerfile_inline = `FROM ${image}\nRUN ${words} && echo ${name}\n`;
      return project(name, [{ ...built, build: { context, dockerfile_inline } }]);
    };
    const error = await cancelWhen(stack('sleep 30'), (phase) => phase('built') === 'building');
    expect(error).toMatchObject({ code: 'CANCELLED' });
    expect(run.rows.get('built')?.phase).toBe('cancelled');
    await expectConsistent();
    const left = await fixture.changes(stack('true'));
    expect(left).toEqual({
      [`image:${name}-built:latest`]: 'The image is not on the host and is built.',
      'service:built': 'No container exists yet.',
    });
    await expectFinished(stack('true'));
    await fixture.clear();
    await docker(fixture.session, 'image', 'rm', `${name}-built`);
    await rm(context, { recursive: true });
  });

  it('while creating leaves what was made to be started the next time', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const stack = project(
      name,
      names.map((one) => healthyService(one, image)),
    );
    const error = await cancelWhen(stack, (phase) => phase('a') === 'creating');
    expect(error).toMatchObject({ code: 'CANCELLED' });
    expect(String(error)).toContain('Not brought up:');
    await expectConsistent();
    const made = await containers();
    for (const one of names) {
      const reason = (await fixture.step(stack, `service:${one}`)).reason;
      const there = made.includes(`${name}-${one}-1`);
      if (!there) expect(reason).toBe('No container exists yet.');
      else expect([NOT_STARTED, 'Unchanged.']).toContain(reason);
    }
    await expectFinished(stack);
  });

  it('while a container starts lets the engine end that, and starts nothing further', async () => {
    const stack = project(name, [
      healthyService('db', image),
      healthyService('web', image, { depends_on: needs('service_started', 'db') }),
    ]);
    const controller = new AbortController();
    const started: string[] = [];
    const starting: typeof engine.startContainer = async (id, ...given) => {
      const going = engine.startContainer(id, ...given);
      controller.abort();
      await going;
      started.push(id);
    };
    const own = await bench({ ...fixture.session, engine: { ...engine, startContainer: starting } });
    await expect(own.apply({ project: stack }, controller.signal)).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('Up: none. Not brought up: db, web.'),
    });
    expect([own.rows.get('db')?.phase, own.rows.get('web')?.phase]).toEqual(['cancelled', 'cancelled']);
    await expectConsistent();
    const db = await engine.inspectContainer(`${name}-db-1`);
    expect([started, db.running]).toEqual([[db.id], true]);
    const web = (await containers()).includes(`${name}-web-1`);
    expect(await fixture.changes(stack)).toEqual({
      'service:web': web ? NOT_STARTED : 'No container exists yet.',
    });
    await expectFinished(stack);
    expect((await engine.inspectContainer(`${name}-db-1`)).startedAt).toBe(db.startedAt);
  });

  it('while one waits for the health of another says what is up and what is not', async () => {
    const stack = halfway(name, image);
    const error = await cancelWhen(
      stack,
      (phase) => phase('slow') === 'gating' && phase('last') === 'waiting',
    );
    expect(String(error)).toContain('Up: db. Not brought up: slow, last.');
    expect(run.rows.get('slow')?.phase).toBe('cancelled');
    expect(run.rows.get('last')?.phase).toBe('cancelled');
    await expectConsistent();
    expect(await fixture.changes(stack)).toEqual({ 'service:last': NOT_STARTED });
    expect((await engine.inspectContainer(`${name}-slow-1`)).running).toBe(true);
    await engine.exec(`${name}-slow-1`, ['touch', '/gate/open']);
    await expectFinished(stack);
  });

  it('while a job runs lets it run on, and starts no other the next time', async () => {
    const stack = project(
      name,
      [
        service('job', image, {
          command: ['sh', '-c', 'echo run >> /data/runs; until [ -e /data/go ]; do sleep 0.1; done'],
          volumes: [{ type: 'volume', source: 'data', target: '/data' }],
        }),
        healthyService('web', image, { depends_on: needs('service_completed_successfully', 'job') }),
      ],
      { volumes: { data: { name: `${name}_data`, extensions: {} } } },
    );
    const error = await cancelWhen(stack, (phase) => phase('job') === 'gating');
    expect(error).toMatchObject({ code: 'CANCELLED' });
    expect(run.rows.get('web')?.phase).toBe('cancelled');
    await expectConsistent();
    expect(await fixture.step(stack, 'service:job')).toMatchObject({
      action: 'keep',
      reason: 'The job is running.',
    });
    await engine.exec(`${name}-job-1`, ['touch', '/data/go']);
    await expectFinished(stack);
    expect(await engine.readFile(`${name}-job-1`, '/data/runs')).toBe('run\n');
  });

  it('in the middle of a replacement gives the place back to the one that was there', async () => {
    await fixture.apply(project(name, [healthyService('web', image)]));
    const before = await engine.inspectContainer(`${name}-web-1`);
    const controller = new AbortController();
    const stopping: typeof engine.stopContainer = async (id, timeoutSeconds, signal) => {
      if (id === before.id) controller.abort();
      return engine.stopContainer(id, timeoutSeconds, signal);
    };
    const own = await bench({ ...fixture.session, engine: { ...engine, stopContainer: stopping } });
    const next = project(name, [healthyService('web', image, { environment: { NEW: 'yes' } })]);
    await expect(own.apply({ project: next }, controller.signal)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(controller.signal.aborted).toBe(true);
    await expectConsistent();
    expect(await containers()).toEqual([`${name}-web-1`]);
    expect(await engine.inspectContainer(`${name}-web-1`)).toMatchObject({ id: before.id, state: 'running' });
    expect(await fixture.changes(next)).toEqual({ 'service:web': 'Environment.NEW was added: yes.' });
    await expectFinished(next);
  });

  it('while removing leaves what was not begun, named by the preview, and the data', async () => {
    const stack = project(
      name,
      [
        healthyService('db', image, { volumes: [{ type: 'volume', source: 'data', target: '/data' }] }),
        // Hears no signal, and is killed when its time is over.
        service('deaf', image, { command: ['sh', '-c', "trap '' TERM; sleep 600"], stop_grace_period: 2000 }),
      ],
      { volumes: { data: { name: `${name}_data`, extensions: {} } } },
    );
    await fixture.apply(stack);
    const controller = new AbortController();
    const request = { stackId: 'test', project: name, volumes: true };
    const progress = {
      phase: () => undefined,
      service: (row: { service: string; phase: string }) => {
        if (row.service === 'deaf' && row.phase === 'removing') controller.abort();
      },
    };
    await expect(takeAway(run.deps, request, progress, controller.signal)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await expectConsistent();
    const left = await removalPreview(fixture.session, name);
    expect([...left.containers].sort()).toEqual(await containers());
    expect(left.networks).toEqual([`${name}_default`]);
    expect(left.volumes.map((volume) => volume.name)).toEqual([`${name}_data`]);
    const missing = ['db', 'deaf'].filter((one) => !left.containers.includes(`${name}-${one}-1`));
    expect(Object.keys(await fixture.changes(stack))).toEqual(missing.map((one) => `service:${one}`));
    const silent = { phase: () => undefined, service: () => undefined };
    await takeAway(run.deps, request, silent, new AbortController().signal);
    expect(await removalPreview(fixture.session, name)).toEqual({
      containers: [],
      networks: [],
      volumes: [],
    });
  });
});
