import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerSummary } from '../../hosts/engine';
import type { ComposeProject, ComposeService, DependencyCondition } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { isRecord } from './canonical';
import { containerSpec } from './container-spec';
import { networkBody, volumeBody } from './decide-objects';
import type { ObservedProject, PlanOptions } from './model';
import { observedContainer } from './observe';
import { planProject } from './plan';
import { isJob } from './service-facts';

const OPTIONS: PlanOptions = { services: [], warnings: [] };

function service(name: string, sketch: Partial<ComposeService> = {}): ComposeService {
  return sampleService(name, {
    image: `${name}:1`,
    volumes: [{ type: 'volume', source: 'data', target: '/data' }],
    networks: { default: {} },
    ...sketch,
  });
}

function project(services: ComposeService[]): ComposeProject {
  return {
    name: 'shop',
    directory: '/srv',
    files: ['/srv/compose.yaml'],
    services: Object.fromEntries(services.map((one) => [one.name, one])),
    networks: { default: { name: 'shop_default', extensions: {} } },
    volumes: { data: { name: 'shop_data', extensions: {} } },
    secrets: {},
    configs: {},
    extensions: {},
  };
}

function labelsOf(body: Record<string, unknown>): Record<string, string> {
  return isRecord(body.Labels)
    ? Object.fromEntries(Object.entries(body.Labels).map(([k, v]) => [k, String(v)]))
    : {};
}

function nothing(stack: ComposeProject): ObservedProject {
  const images = Object.values(stack.services).map(({ image }) => ({
    id: `sha256:${image}`,
    tags: [image ?? ''],
    digests: [],
    sizeBytes: 1,
    createdAt: 0,
    labels: {},
  }));
  return {
    takenAt: 0,
    apiVersion: '1.41',
    containers: [],
    images,
    networks: [],
    volumes: [],
    files: {},
    bases: {},
    builds: {},
  };
}

/** What the engine would show right after an apply of `stack`. */
function applied(stack: ComposeProject): ObservedProject {
  const network = networkBody(stack, 'default', { name: 'shop_default', extensions: {} }, 'j');
  const volume = volumeBody(stack, 'data', { name: 'shop_data', extensions: {} }, 'j');
  return {
    ...nothing(stack),
    networks: [
      {
        id: 'n1',
        name: 'shop_default',
        driver: 'bridge',
        labels: labelsOf(network),
        subnets: [],
        internal: false,
        raw: {},
      },
    ],
    volumes: [
      {
        name: 'shop_data',
        driver: 'local',
        labels: labelsOf(volume),
        mountpoint: '',
        createdAt: 0,
        sizeBytes: null,
      },
    ],
    containers: Object.values(stack.services).map((one) => observedContainer(summary(stack, one))),
  };
}

function summary(stack: ComposeProject, one: ComposeService): ContainerSummary {
  const name = `shop-${one.name}-1`;
  const imageId = `sha256:${one.image}`;
  const spec = containerSpec(stack, one, {
    apiVersion: '1.41',
    number: 1,
    name,
    imageId,
    files: {},
    containerNameOf: (other) => `shop-${other}-1`,
  });
  const job = isJob(stack, one);
  return {
    id: one.name,
    name,
    image: one.image ?? '',
    imageId,
    createdAt: 0,
    state: job ? 'exited' : 'running',
    status: job ? 'Exited (0) 2 seconds ago' : 'Up 2 seconds',
    labels: labelsOf(spec.body),
    ports: [],
    addresses: { shop_default: '10.0.0.2' },
    mounts: [],
  };
}

const conditions = fc.constantFrom<DependencyCondition>(
  'service_started',
  'service_healthy',
  'service_completed_successfully',
);

/** Any graph without cycles: a service may need those before it. */
const graphs = fc
  .array(fc.array(fc.tuple(fc.nat(), conditions), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((edges) =>
    project(
      edges.map((list, index) => {
        const named =
          index === 0 ? [] : list.map(([to, condition]) => [`s${to % index}`, condition] as const);
        const depends = named.map(([to, condition]) => [to, { condition, required: true, restart: false }]);
        return service(`s${index}`, { depends_on: Object.fromEntries(depends) });
      }),
    ),
  );

describe('planProject', () => {
  it('plans nothing after its own apply', () => {
    fc.assert(
      fc.property(graphs, (stack) => {
        const plan = planProject(stack, applied(stack), OPTIONS);
        expect(plan.steps.filter(({ action }) => action !== 'keep')).toEqual([]);
      }),
    );
  });

  it('orders every step after those it needs', () => {
    fc.assert(
      fc.property(graphs, (stack) => {
        const seen = new Set<string>();
        for (const { id, after } of planProject(stack, nothing(stack), OPTIONS).steps) {
          for (const needed of after) expect(seen).toContain(needed);
          seen.add(id);
        }
      }),
    );
  });

  it('does not depend on the order in which the engine lists things', () => {
    fc.assert(
      fc.property(graphs, (stack) => {
        const seen = applied(stack);
        const turned = {
          ...seen,
          containers: [...seen.containers].reverse(),
          images: [...seen.images].reverse(),
        };
        expect(planProject(stack, turned, OPTIONS)).toEqual(planProject(stack, seen, OPTIONS));
      }),
    );
  });

  it('brings the dependencies of a chosen service along, and nothing else', () => {
    const stack = project([
      service('db'),
      service('web', {
        depends_on: { db: { condition: 'service_started', required: true, restart: false } },
      }),
      service('other'),
    ]);
    const plan = planProject(stack, nothing(stack), { ...OPTIONS, services: ['web'] });
    expect(plan.steps.map(({ id }) => id).filter((id) => id.startsWith('service:'))).toEqual([
      'service:db',
      'service:web',
    ]);
  });

  it.each([
    [{ state: 'paused', status: 'Up 2 minutes (Paused)' }, 'start-container', 'The container is paused.'],
    [
      { state: 'restarting', status: 'Restarting (1) 3 seconds ago' },
      'start-container',
      'The container is crash-looping; it gets a fresh start.',
    ],
    [
      { state: 'created', status: 'Created' },
      'start-container',
      'The container was created and never started.',
    ],
    [
      { state: 'exited', status: 'Exited (137) 3 hours ago' },
      'start-container',
      'The container is stopped (exit code 137).',
    ],
    [{ state: 'dead', status: 'Dead' }, 'recreate-container', 'The container is dead.'],
  ])('sees %o', (state, action, reason) => {
    const stack = project([service('web')]);
    const seen = applied(stack);
    const containers = seen.containers.map((container) => observedContainer({ ...container, ...state }));
    const plan = planProject(stack, { ...seen, containers }, OPTIONS);
    expect(plan.steps.find(({ id }) => id === 'service:web')).toMatchObject({ action, reason });
  });

  it('makes a base before the builds that start from it, unless the host has it', () => {
    const build = { context: '/srv' };
    const stack = project(['one', 'two'].map((name) => service(name, { image: `${name}:1`, build })));
    const bases = [{ base: 'base:1', script: './make.sh' }];
    const bare = { ...nothing(stack), images: [], bases: { one: bases, two: bases } };
    const { steps } = planProject(stack, bare, OPTIONS);
    expect(steps.find(({ id }) => id === 'base:base:1')).toMatchObject({
      action: 'build-image',
      target: 'base:1',
      reason: 'Base of one, two is not on the host; it is made by ./make.sh unless a registry gives it.',
    });
    expect(steps.find(({ id }) => id === 'image:one:1')?.after).toEqual(['base:base:1']);
    const [image] = nothing(project([service('x', { image: 'base:1' })])).images;
    const based = { ...bare, images: image === undefined ? [] : [image] };
    expect(planProject(stack, based, OPTIONS).steps.some(({ id }) => id.startsWith('base:'))).toBe(false);
  });

  it('builds an image once for all that run from it', () => {
    const shared = { image: 'own:1', pull_policy: 'never' };
    const stack = project([
      service('user', shared),
      service('builder', { ...shared, build: { context: '/srv' } }),
    ]);
    const { steps } = planProject(stack, { ...nothing(stack), images: [] }, OPTIONS);
    expect(steps.filter(({ id }) => id.startsWith('image:'))).toMatchObject([
      { id: 'image:own:1', action: 'build-image', service: 'builder' },
    ]);
    expect(steps.find(({ id }) => id === 'service:user')?.after).toContain('image:own:1');
  });

  it.each([
    ['another', 'new', 'build-image', 'The build context changed.', 'recreate-container'],
    ['the same', 'old', 'keep', 'The image is on the host.', 'keep'],
    [
      'no',
      null,
      'keep',
      'The image is on the host; its build context is too large to compare (over 50 MB or 5,000 files).',
      'keep',
    ],
  ])('compares the image with %s digest of its build', (_title, digest, action, reason, container) => {
    const stack = project([
      service('builder', { image: 'own:1', build: { context: '/srv' } }),
      service('user', { image: 'own:1' }),
    ]);
    const seen = applied(stack);
    const images = seen.images.map((one) => ({ ...one, labels: { 'com.bizosaas.build-digest': 'old' } }));
    const { steps } = planProject(stack, { ...seen, images, builds: { builder: digest } }, OPTIONS);
    expect(steps.find(({ id }) => id === 'image:own:1')).toMatchObject({ action, reason });
    expect(steps.find(({ id }) => id === 'service:user')?.action).toBe(container);
    const unlabelled = { ...seen, builds: { builder: digest } };
    expect(planProject(stack, unlabelled, OPTIONS).changed).toBe(false);
  });

  it('runs a failed job again', () => {
    const stack = project([service('job', { extensions: { 'x-bizosaas': { unit: 'job' } } })]);
    const seen = applied(stack);
    const containers = seen.containers.map((container) =>
      observedContainer({ ...container, status: 'Exited (3) 1 second ago' }),
    );
    expect(planProject(stack, { ...seen, containers }, OPTIONS).steps.at(-1)).toMatchObject({
      action: 'run-job',
      reason: 'The job failed with exit code 3 and runs again.',
    });
  });

  it('spreads a replacement to who shares its namespace or asked for a restart', () => {
    const edge = { condition: 'service_started' as const, required: true, restart: true };
    const before = project([
      service('db'),
      service('side', { network_mode: 'service:db', networks: {} }),
      service('web', { depends_on: { db: edge } }),
    ]);
    const seen = applied(before);
    before.services.db = service('db', { environment: { NEW: '1' } });
    const steps = planProject(before, seen, OPTIONS).steps;
    expect(steps.find(({ id }) => id === 'service:side')?.action).toBe('recreate-container');
    expect(steps.find(({ id }) => id === 'service:web')).toMatchObject({
      action: 'start-container',
      reason: 'Its dependency db is replaced, and depends_on asks for a restart.',
    });
  });

  it('puts what an interrupted apply left away', () => {
    const stack = project([service('web')]);
    const seen = applied(stack);
    const left = ['new', 'old'].map((kind) => {
      const [container] = seen.containers;
      if (container === undefined) throw new Error('The fixture has a container.');
      return observedContainer({ ...container, id: kind, name: `shop-web-1.bizosaas-${kind}` });
    });
    const plan = planProject(stack, { ...seen, containers: [...left, ...seen.containers] }, OPTIONS);
    expect(
      plan.steps.filter(({ action }) => action === 'remove-container').map(({ target }) => target),
    ).toEqual(['shop-web-1.bizosaas-new', 'shop-web-1.bizosaas-old']);
    expect(plan.steps.find(({ id }) => id === 'service:web')?.action).toBe('keep');
  });

  it('names an external network that does not exist', () => {
    const stack = project([service('web')]);
    stack.networks.default = { name: 'edge', external: true, extensions: {} };
    expect(planProject(stack, nothing(stack), OPTIONS).steps[0]?.reason).toContain(
      'docker network create edge',
    );
  });
});
