/** What a plan makes of each state a container can be in, on the real engine; and that the apply cures it. */
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { until } from '../support/until';
import { healthyService, needs, project, READY_CHECK, READY_COMMAND, service, stay } from './apply-fixture';
import { type PlanFixture, planFixture } from './plan-fixture';

const run = promisify(execFile);
/** Not healthy within a second means never. */
const IMPATIENT_CHECK = { ...READY_CHECK, interval: 300, timeout: 300, retries: 1 };
let fixture: PlanFixture;
let engine: PlanFixture['engine'];
let name = '';
let image = '';

beforeAll(async () => {
  fixture = await planFixture();
  ({ engine, name, image } = fixture);
});
afterEach(() => fixture.clear());
afterAll(() => fixture.dispose());

async function expectCured(stack: ComposeProject): Promise<void> {
  await fixture.apply(stack);
  expect(await fixture.changes(stack)).toEqual({});
}

async function putFile(container: string, path: string): Promise<void> {
  const local = join(fixture.folder, 'file');
  await writeFile(local, '');
  await fixture.docker('cp', local, `${container}:${path}`);
}

describe('a service whose container', () => {
  it('is paused gets a fresh start', async () => {
    const stack = project(name, [healthyService('web', image)]);
    await fixture.apply(stack);
    const { id } = await engine.inspectContainer(`${name}-web-1`);
    await fixture.pause(id);
    expect(await fixture.step(stack, 'service:web')).toMatchObject({
      action: 'start-container',
      reason: 'The container is paused.',
      destructive: false,
    });
    await expectCured(stack);
    expect(await engine.inspectContainer(id)).toMatchObject({ id, state: 'running' });
  });

  it('is crash-looping gets a fresh start', async () => {
    const command = stay('[ -e /mended ] || exit 3; touch /tmp/ready');
    const stack = project(name, [healthyService('web', image, { command, restart: 'always' })]);
    await expect(fixture.apply(stack)).rejects.toMatchObject({ code: 'APPLY_FAILED' });
    // Between two restarts it runs for a moment; most of the time it waits for the next one.
    await until('the plan sees the crash loop', async () => {
      const { action, reason } = await fixture.step(stack, 'service:web');
      return (
        action === 'start-container' && reason === 'The container is crash-looping; it gets a fresh start.'
      );
    });
    await putFile(`${name}-web-1`, '/mended');
    await expectCured(stack);
  });

  it('was created and never started is started', async () => {
    const stack = (words: string) =>
      project(name, [
        healthyService('db', image, { command: stay(words), healthcheck: IMPATIENT_CHECK }),
        healthyService('web', image, { depends_on: needs('service_healthy', 'db') }),
      ]);
    await expect(fixture.apply(stack(':'))).rejects.toMatchObject({ code: 'APPLY_FAILED' });
    expect(await fixture.step(stack(':'), 'service:web')).toMatchObject({
      action: 'start-container',
      reason: 'The container was created and never started.',
    });
    await expectCured(stack('touch /tmp/ready'));
  });

  it('ended with an exit code is started', async () => {
    const stack = project(name, [
      healthyService('web', image, {
        command: stay('touch /tmp/ready; trap "exit 7" USR1'),
      }),
    ]);
    await fixture.apply(stack);
    await fixture.docker('kill', '--signal', 'USR1', `${name}-web-1`);
    await engine.waitContainer(`${name}-web-1`);
    expect(await fixture.step(stack, 'service:web')).toMatchObject({
      action: 'start-container',
      reason: 'The container is stopped (exit code 7).',
    });
    await expectCured(stack);
  });

  it('is stuck while being removed is made anew', async () => {
    const stack = project(name, [healthyService('web', image)]);
    await fixture.apply(stack);
    const { id } = await engine.inspectContainer(`${name}-web-1`);
    // A file that cannot go keeps the engine from finishing the removal.
    const pin = join((await engine.info()).rootDirectory, 'containers', id, 'pin');
    await writeFile(pin, '');
    await run('chattr', ['+i', pin]);
    try {
      await expect(fixture.docker('rm', '--force', id)).rejects.toThrow('unable to remove filesystem');
      expect(await fixture.step(stack, 'service:web')).toMatchObject({
        action: 'recreate-container',
        reason: 'The container is being removed.',
      });
    } finally {
      await run('chattr', ['-i', pin]);
      await rm(pin);
    }
    await expectCured(stack);
    expect((await engine.inspectContainer(`${name}-web-1`)).id).not.toBe(id);
  });
});

describe('a one-shot job', () => {
  const stack = (words: string): ComposeProject =>
    project(
      name,
      [
        service('job', image, {
          command: ['sh', '-c', words],
          volumes: [{ type: 'volume', source: 'data', target: '/data' }],
        }),
        healthyService('web', image, {
          command: READY_COMMAND,
          depends_on: needs('service_completed_successfully', 'job'),
        }),
      ],
      { volumes: { data: { name: `${name}_data`, extensions: {} } } },
    );

  it('that failed runs again, and what waited for it starts', async () => {
    const flaky = stack('[ -e /data/again ] && exit 0; touch /data/again; exit 3');
    await expect(fixture.apply(flaky)).rejects.toMatchObject({ data: { failed: ['job', 'web'] } });
    expect(await fixture.changes(flaky)).toEqual({
      'service:job': 'The job failed with exit code 3 and runs again.',
      'service:web': 'The container was created and never started.',
    });
    expect((await fixture.step(flaky, 'service:job')).action).toBe('run-job');
    await expectCured(flaky);
  });

  it('that is running is waited for, not started twice', async () => {
    const slow = stack('echo run >> /data/runs; until [ -e /data/go ]; do sleep 0.1; done');
    const applying = fixture.apply(slow);
    await until('the job runs', () => fixture.bench.rows.get('job')?.phase === 'gating', 60_000);
    expect(await fixture.step(slow, 'service:job')).toMatchObject({
      action: 'keep',
      reason: 'The job is running.',
    });
    await engine.exec(`${name}-job-1`, ['touch', '/data/go']);
    await applying;
    expect(await engine.readFile(`${name}-job-1`, '/data/runs')).toBe('run\n');
  });

  it('whose container was created but never ran has not run yet', async () => {
    const never = stack('exit 0');
    const { job } = never.services;
    if (job) job.depends_on = needs('service_healthy', 'db');
    const db = healthyService('db', image, { command: stay(':'), healthcheck: IMPATIENT_CHECK });
    never.services = { ...never.services, db };
    await expect(fixture.apply(never)).rejects.toMatchObject({ code: 'APPLY_FAILED' });
    expect(await engine.inspectContainer(`${name}-job-1`)).toMatchObject({ state: 'created' });
    expect(await fixture.step(never, 'service:job')).toMatchObject({
      action: 'run-job',
      reason: 'The job has not run yet.',
    });
  });
});
