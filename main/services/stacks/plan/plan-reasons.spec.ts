import { describe, expect, it } from 'vitest';
import { observedContainer } from './observe';
import { planProject } from './plan';
import { applied, nothing, OPTIONS, project, service } from './sample';

describe('reasons of a plan', () => {
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

  it.each([
    ['gone', null, 'create-container', 'recreate-container', 'is replaced'],
    [
      'paused',
      { state: 'paused', status: 'Up 2 minutes (Paused)' },
      'start-container',
      'start-container',
      'is started again',
    ],
  ])('spreads a container that is %s as well', (_what, state, db, follower, what) => {
    const restart = { condition: 'service_started' as const, required: true, restart: true };
    const stack = project([
      service('db'),
      service('side', { network_mode: 'service:db', networks: {} }),
      service('web', { depends_on: { db: restart } }),
    ]);
    const seen = applied(stack);
    const containers = seen.containers.flatMap((container) => {
      if (container.service !== 'db') return [container];
      return state === null ? [] : [observedContainer({ ...container, ...state })];
    });
    const { steps } = planProject(stack, { ...seen, containers }, OPTIONS);
    expect(steps.filter(({ id }) => id.startsWith('service:'))).toMatchObject([
      { id: 'service:db', action: db },
      { id: 'service:side', action: follower, reason: `It shares a namespace with db, which ${what}.` },
      {
        id: 'service:web',
        action: 'start-container',
        reason: `Its dependency db ${what}, and depends_on asks for a restart.`,
      },
    ]);
  });

  it('leaves a stopped sharer to its own start, unless the container it names by id goes', () => {
    const stack = project([service('db'), service('side', { network_mode: 'service:db', networks: {} })]);
    const stopped = { state: 'exited', status: 'Exited (0) 1 second ago' };
    const seen = applied(stack);
    const all = {
      ...seen,
      containers: seen.containers.map((one) => observedContainer({ ...one, ...stopped })),
    };
    const action = () =>
      planProject(stack, all, OPTIONS).steps.find(({ id }) => id === 'service:side')?.action;
    expect(action()).toBe('start-container');
    stack.services.db = service('db', { environment: { NEW: '1' } });
    expect(action()).toBe('recreate-container');
  });
});
