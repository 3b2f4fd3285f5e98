import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MASK } from '../../main/services/secrets/face';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { healthyService, needs, project, READY_COMMAND, service } from './apply-fixture';
import { type PlanFixture, planFixture } from './plan-fixture';

let fixture: PlanFixture;
let engine: PlanFixture['engine'];
let step: PlanFixture['step'];
let docker: PlanFixture['docker'];
let name = '';
let tag = '';
let image = '';

function definition(): ComposeProject {
  return project(
    name,
    [
      healthyService('web', tag, {
        environment: { PORT: '1', DB_PASSWORD: 'one' },
        volumes: [{ type: 'volume', source: 'data', target: '/data' }],
      }),
      service('job', image, { command: ['sh', '-c', 'exit 0'] }),
      healthyService('after', image, { depends_on: needs('service_completed_successfully', 'job') }),
    ],
    { volumes: { data: { name: `${name}_data`, extensions: {} } } },
  );
}

async function applied(stack = definition()): Promise<void> {
  await fixture.apply(stack);
}

/** The same root file system as another image, under the project's own tag. */
async function moveTag(mark: string): Promise<void> {
  const { id } = await engine.createContainer({ name: `${name}-mover`, body: { Image: image, Cmd: ['sh'] } });
  await docker('commit', '-c', `LABEL mark=${mark}`, id, tag);
  await engine.removeContainer(id, { force: true, volumes: true });
}

beforeAll(async () => {
  fixture = await planFixture();
  ({ engine, step, docker, name, image } = fixture);
  tag = `bizosaas-apply/${name}:1`;
  await docker('image', 'tag', image, tag);
});
afterAll(async () => {
  await fixture.clear();
  await docker('image', 'rm', tag);
  await fixture.dispose();
});

describe('each reason of a plan, on the real engine', () => {
  it('nothing exists yet', async () => {
    const stack = definition();
    expect(await step(stack, 'network:default')).toMatchObject({ action: 'create-network' });
    expect(await step(stack, 'volume:data')).toMatchObject({ action: 'create-volume' });
    expect(await step(stack, 'service:web')).toMatchObject({
      action: 'create-container',
      reason: 'No container exists yet.',
    });
    expect(await step(stack, 'service:job')).toMatchObject({
      action: 'run-job',
      reason: 'The job has not run yet.',
    });
    expect((await step(stack, 'service:after')).after).toContain('service:job');
  });

  it('nothing changed, and a completed job stays completed', async () => {
    await applied();
    const stack = definition();
    expect(await step(stack, 'service:web')).toMatchObject({ action: 'keep', reason: 'Unchanged.' });
    expect((await step(stack, 'service:job')).reason).toContain('completed with exit code 0');
  });

  it('a field changed, with secrets masked', async () => {
    const stack = definition();
    stack.services.web = healthyService('web', tag, {
      environment: { PORT: '2', DB_PASSWORD: 'two' },
      volumes: definition().services.web?.volumes ?? [],
    });
    expect(await step(stack, 'service:web')).toMatchObject({
      action: 'recreate-container',
      reason: 'Environment.DB_PASSWORD changed; environment.PORT changed from 1 to 2.',
      changes: [
        { field: 'environment.DB_PASSWORD', from: MASK, to: MASK },
        { field: 'environment.PORT', from: '1', to: '2' },
      ],
    });
  });

  it('the tag points to another image', async () => {
    await moveTag('second');
    expect(await step(definition(), 'service:web')).toMatchObject({
      action: 'recreate-container',
      reason: expect.stringContaining('now points to another image'),
    });
    await docker('image', 'tag', image, tag);
  });

  it('the image is gone while its container runs', async () => {
    await docker('image', 'rm', tag);
    expect(await step(definition(), `image:${tag}`)).toMatchObject({
      action: 'keep',
      reason: 'The tag is gone; its container runs on.',
    });
    expect(await step(definition(), 'service:web')).toMatchObject({ action: 'keep' });
    await docker('image', 'tag', image, tag);
  });

  it('the container is stopped', async () => {
    await engine.stopContainer(`${name}-web-1`, null);
    expect(await step(definition(), 'service:web')).toMatchObject({
      action: 'start-container',
      reason: 'The container is stopped (exit code 0).',
    });
    await applied();
  });

  it('the container is gone', async () => {
    await engine.removeContainer(`${name}-web-1`, { force: true, volumes: false });
    expect(await step(definition(), 'service:web')).toMatchObject({ action: 'create-container' });
    await applied();
  });

  it('the container left its network', async () => {
    await docker('network', 'disconnect', `${name}_default`, `${name}-web-1`);
    expect(await step(definition(), 'service:web')).toMatchObject({
      action: 'recreate-container',
      reason: `The container is not in network ${name}_default.`,
    });
    await applied();
    expect(await step(definition(), 'service:web')).toMatchObject({ action: 'keep' });
  });

  it('the network is defined differently, and is made anew with its containers', async () => {
    const stack = definition();
    stack.networks.default = { name: `${name}_default`, internal: true, extensions: {} };
    expect(await step(stack, 'network:default')).toMatchObject({
      action: 'create-network',
      reason: expect.stringContaining('Internal was added: true'),
    });
    expect(await step(stack, 'service:web')).toMatchObject({
      action: 'recreate-container',
      reason: `Network ${name}_default is made anew.`,
    });
    await applied(stack);
    expect((await engine.listNetworks([`com.docker.compose.project=${name}`]))[0]?.internal).toBe(true);
    await applied();
  });

  it('the volume is defined differently, and its data is left alone', async () => {
    const stack = definition();
    stack.volumes.data = {
      name: `${name}_data`,
      driver_opts: { type: 'tmpfs', device: 'tmpfs' },
      extensions: {},
    };
    expect(await step(stack, 'volume:data')).toMatchObject({
      action: 'keep',
      reason: expect.stringContaining('holds data and is left as it is'),
    });
  });

  it('a service is no longer defined, and is named', async () => {
    const stack = definition();
    const { web, job, after } = stack.services;
    stack.services = { ...(job && { job }), ...(after && { after }) };
    expect(web).toBeDefined();
    expect(await step(stack, `remove:${name}-web-1`)).toMatchObject({
      action: 'keep',
      reason: 'Service web is no longer in the file; its container is left alone.',
    });
  });

  it('docker compose made the container, and it is adopted when equal', async () => {
    await engine.removeContainer(`${name}-after-1`, { force: true, volumes: false });
    const labels = {
      'com.docker.compose.project': name,
      'com.docker.compose.service': 'after',
      'com.docker.compose.container-number': '1',
    };
    const { id } = await engine.createContainer({
      name: `${name}-after-1`,
      body: {
        Image: image,
        Cmd: READY_COMMAND,
        Labels: labels,
        Healthcheck: { Test: ['CMD', 'test', '-e', '/tmp/ready'] },
        HostConfig: { NetworkMode: `${name}_default` },
      },
    });
    await engine.startContainer(id);
    expect(await step(definition(), 'service:after')).toMatchObject({
      action: 'keep',
      reason: expect.stringContaining('adopted'),
    });
    const stack = definition();
    stack.services.after = healthyService('after', image, { environment: { NEW: 'yes' } });
    expect(await step(stack, 'service:after')).toMatchObject({
      action: 'recreate-container',
      reason: expect.stringContaining('Made by docker compose and different'),
    });
  });
});
