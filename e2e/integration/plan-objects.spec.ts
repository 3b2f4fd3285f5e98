/** Reasons of a plan that lie in networks, volumes and containers nobody asked for, on the real engine. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { networkBody } from '../../main/services/stacks/plan/decide-objects';
import { OWN, oldName } from '../../main/services/stacks/plan/labels';
import { healthyService, project, service } from './apply-fixture';
import { type PlanFixture, planFixture } from './plan-fixture';

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

const stack = (scale = 1): ComposeProject => project(name, [healthyService('web', image, { scale })]);

/** A container with the labels of another one, changed as asked. */
async function double(called: string, labels: Record<string, string> = {}): Promise<void> {
  const like = await engine.inspectContainer(`${name}-web-1`);
  const body = {
    Image: image,
    Cmd: ['sleep', '600'],
    Labels: { ...like.labels, ...labels },
    HostConfig: { NetworkMode: `${name}_default` },
  };
  await engine.createContainer({ name: called, body });
}

describe('a network', () => {
  it('that is gone is made anew with the containers on it, and so is one made by somebody else', async () => {
    await fixture.apply(stack());
    await fixture.docker('network', 'disconnect', '--force', `${name}_default`, `${name}-web-1`);
    await engine.removeNetwork(`${name}_default`);
    expect(await fixture.changes(stack())).toEqual({
      'network:default': 'The network does not exist yet.',
      'service:web': `Network ${name}_default was gone and is made anew.`,
    });
    const definition = { name: `${name}_default`, extensions: {} };
    await engine.createNetwork(networkBody(stack(), 'default', definition, 'somebody else'));
    expect(await fixture.changes(stack())).toEqual({
      'service:web': `The container is in an earlier network of the name ${name}_default.`,
    });
    await fixture.apply(stack());
    expect(await fixture.changes(stack())).toEqual({});
  });
});

describe('what the file declares external', () => {
  const external = (): ComposeProject =>
    project(
      name,
      [service('web', image, { volumes: [{ type: 'volume', source: 'data', target: '/data' }] })],
      {
        networks: { default: { name: `${name}_edge`, external: true, extensions: {} } },
        volumes: { data: { name: `${name}_kept`, external: true, extensions: {} } },
      },
    );

  it('is asked for by name while it is missing, and left alone when it is there', async () => {
    expect((await fixture.step(external(), 'network:default')).reason).toBe(
      `External network ${name}_edge does not exist. Create it with: docker network create ${name}_edge`,
    );
    expect((await fixture.step(external(), 'volume:data')).reason).toBe(
      `External volume ${name}_kept does not exist. Create it with: docker volume create ${name}_kept`,
    );
    await fixture.docker('network', 'create', `${name}_edge`);
    await fixture.docker('volume', 'create', `${name}_kept`);
    try {
      expect(await fixture.step(external(), 'network:default')).toMatchObject({
        action: 'keep',
        reason: 'External network; it exists.',
      });
      expect(await fixture.step(external(), 'volume:data')).toMatchObject({
        action: 'keep',
        reason: 'External volume; it exists.',
      });
      await fixture.apply(external());
      expect(await fixture.changes(external())).toEqual({});
    } finally {
      await fixture.clear();
      await engine.removeNetwork(`${name}_edge`);
      await engine.removeVolume(`${name}_kept`);
    }
  });
});

describe('a container', () => {
  it('beyond the number of replicas is taken away', async () => {
    await fixture.apply(stack(2));
    expect(await fixture.changes(stack(1))).toEqual({
      [`remove:${name}-web-2`]: 'The service runs 1 replica now.',
    });
    expect(await fixture.changes(stack(3))).toEqual({ 'service:web#3': 'No container exists yet.' });
  });

  it('of a service that left the file is removed when that is asked for', async () => {
    const both = project(name, [healthyService('web', image), service('gone', image)]);
    await fixture.apply(both);
    const steps = await fixture.steps(stack(), { removeOrphans: true });
    expect(steps.find(({ id }) => id === `remove:${name}-gone-1`)).toMatchObject({
      action: 'remove-container',
      reason: 'Service gone is no longer in the file.',
      destructive: true,
    });
  });

  it('that an interrupted apply left behind is taken away', async () => {
    await fixture.apply(stack());
    await double(oldName(`${name}-web-1`));
    expect(await fixture.changes(stack())).toEqual({
      [`remove:${name}-web-1.bizosaas-old`]: 'Left behind by an interrupted apply.',
    });
    await fixture.apply(stack());
    expect(await fixture.changes(stack())).toEqual({});
    expect(await engine.listContainers([`com.docker.compose.project=${name}`])).toHaveLength(1);
  });

  it('that another version of the console translated differently is replaced, and says so', async () => {
    await fixture.apply(stack());
    await double(`${name}-other`, { [OWN.configHash]: 'of another version' });
    await engine.removeContainer(`${name}-web-1`, { force: true, volumes: true });
    await engine.renameContainer(`${name}-other`, `${name}-web-1`);
    expect(await fixture.changes(stack())).toEqual({
      'service:web': 'The definition is translated to the engine differently than before.',
    });
  });
});
