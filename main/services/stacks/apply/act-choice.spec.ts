import { describe, expect, it } from 'vitest';
import type { ContainerSummary } from '../../hosts/engine';
import type { ComposeProject } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { actOutcome, chosen } from './act-choice';

const completes = { condition: 'service_completed_successfully', required: true, restart: false } as const;
const project: ComposeProject = {
  name: 'shop',
  directory: '/',
  files: [],
  services: {
    migrate: sampleService('migrate'),
    db: sampleService('db'),
    web: sampleService('web', { depends_on: { migrate: completes } }),
  },
  networks: {},
  volumes: {},
  secrets: {},
  configs: {},
  extensions: {},
};

const seen = (states: Record<string, ContainerSummary['state']>) =>
  Object.entries(states).map(([service, state]) => ({ service, state }));

function sweep(action: 'start' | 'stop' | 'restart', states: Record<string, ContainerSummary['state']>) {
  const request = { project, services: [], action };
  const services = chosen(request, seen(states));
  return { services, ...actOutcome(request, services, seen(states)) };
}

describe('a sweep', () => {
  it('counts no job that has ended among what it stops', () => {
    expect(sweep('stop', { db: 'running', web: 'running', migrate: 'exited' })).toEqual({
      services: ['db', 'web'],
      summary: '2 services stopped.',
      changed: true,
    });
  });

  it('stops a job that runs, and what crashes over and over', () => {
    expect(sweep('stop', { web: 'restarting', migrate: 'running' }).services).toEqual(['web', 'migrate']);
  });

  it('stops what is no longer in the file, and starts it no more', () => {
    expect(sweep('stop', { old: 'running' }).summary).toBe('old stopped.');
    expect(sweep('start', { old: 'exited', db: 'exited' }).summary).toBe('db started.');
  });

  it.each([
    ['stop', {}, 'shop has no containers; there was nothing to stop.'],
    ['restart', {}, 'shop has no containers; there was nothing to restart.'],
    ['stop', { migrate: 'exited' }, 'Nothing of shop is running; there was nothing to stop.'],
    ['start', { migrate: 'exited' }, 'shop has no container of a service; there was nothing to start.'],
  ] as const)('says that there is nothing to %s (%o)', (action, states, summary) => {
    expect(sweep(action, states)).toEqual({ services: [], summary, changed: false });
  });
});

it('names the service that was asked for and has no container', () => {
  expect(() => chosen({ project, services: ['web'], action: 'start' }, [])).toThrow(
    'web has no container yet. Deploy the stack first.',
  );
});
