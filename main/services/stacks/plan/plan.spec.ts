import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DependencyCondition } from '../compose-file/model';
import { planProject } from './plan';
import { applied, nothing, OPTIONS, project, service } from './sample';

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
});
