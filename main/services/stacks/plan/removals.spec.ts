import { describe, expect, it } from 'vitest';
import type { ComposeProject } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { COMPOSE } from './labels';
import type { ObservedProject, PlanOptions } from './model';
import { observedContainer } from './observe';
import { planProject } from './plan';

const SHOP: ComposeProject = {
  ...{ name: 'shop', directory: '/srv', files: ['/srv/compose.yaml'], networks: {}, volumes: {} },
  services: { web: sampleService('web', { image: 'web:1', network_mode: 'none' }) },
  ...{ secrets: {}, configs: {}, extensions: {} },
};

function containerOf(service: string, name = `shop-${service}-1`) {
  const labels = { [COMPOSE.project]: 'shop', [COMPOSE.service]: service, [COMPOSE.number]: '1' };
  return observedContainer({
    ...{ id: name, name, image: 'x:1', imageId: 'sha256:x', labels, state: 'running', status: 'Up 1 minute' },
    ...{ createdAt: 0, ports: [], addresses: {}, mounts: [] },
  });
}

function seen(...services: string[]): ObservedProject {
  return {
    ...{ apiVersion: '1.41', images: [], networks: [], volumes: [] },
    ...{ files: {}, bases: {}, builds: {} },
    containers: services.map((service) => containerOf(service)),
  };
}

function removalsOf(project: ComposeProject, observed: ObservedProject, options: Partial<PlanOptions> = {}) {
  const { steps } = planProject(project, observed, { services: [], warnings: [], ...options });
  return steps.filter(({ id }) => id.startsWith('remove:'));
}

describe('a container whose service is no longer in the file', () => {
  it('is named and kept when nobody asks for its removal', () => {
    const reason = 'Service old is no longer in the file; its container is left alone.';
    const kept = { action: 'keep', target: 'shop-old-1', reason, destructive: false, orphan: true };
    expect(removalsOf(SHOP, seen('old'))).toMatchObject([kept]);
  });

  it('is the first to go when asked for, whichever services are chosen', () => {
    const options = { services: ['web'], removeOrphans: true };
    const { steps } = planProject(SHOP, seen('old', 'job'), { warnings: [], ...options });
    expect(steps.slice(0, 2)).toMatchObject([
      { action: 'remove-container', target: 'shop-old-1', destructive: true, orphan: true },
      { action: 'remove-container', target: 'shop-job-1', destructive: true, orphan: true },
    ]);
    expect(steps[0]?.reason).toBe('Service old is no longer in the file.');
    expect(steps[2]?.action).not.toBe('remove-container');
  });

  it('is none while its profile is merely not active', () => {
    const project = { ...SHOP, inactive: ['debug'] };
    const [step, ...others] = removalsOf(project, seen('debug'), { removeOrphans: true });
    const reason = 'No profile of service debug is active; its container is left alone.';
    expect([step, others]).toMatchObject([{ action: 'keep', reason, destructive: false }, []]);
    expect(step?.orphan).toBeUndefined();
  });
});
