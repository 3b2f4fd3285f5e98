import { describe, expect, it } from 'vitest';
import { judgeOutcome } from './outcome';
import type { ServicePhase } from './report';

function judge(phases: Record<string, ServicePhase>, withoutContainers: string[], jobs: string[]) {
  const services = Object.keys(phases);
  const containers = services
    .filter((service) => !withoutContainers.includes(service))
    .map((service) => ({ service, job: jobs.includes(service) }));
  const reporter = { phaseOf: (name: string) => phases[name] ?? 'waiting', detailOf: () => '' };
  const { signal } = new AbortController();
  return judgeOutcome({ project: 'shop', decisions: { services, containers }, reporter, signal });
}

describe('the sentence of an apply that worked', () => {
  it.each([
    [{ db: 'ready', web: 'unchanged' }, [], [], 'All 2 services of shop are up; 1 changed, 1 unchanged.'],
    [{ db: 'ready', off: 'unchanged' }, ['off'], [], 'The service of shop is up; 1 changed, 0 unchanged.'],
    [{ off: 'unchanged' }, ['off'], [], 'shop is as defined: no service is to run.'],
    [
      { db: 'ready', web: 'ready', migrate: 'ready', seed: 'unchanged' },
      [],
      ['migrate', 'seed'],
      'All 2 services of shop are up, 2 jobs completed; 3 changed, 1 unchanged.',
    ],
    [
      { db: 'unchanged', migrate: 'ready' },
      [],
      ['migrate'],
      'The service of shop is up, 1 job completed; 1 changed, 1 unchanged.',
    ],
    [{ migrate: 'ready' }, [], ['migrate'], 'shop: 1 job completed; 1 changed, 0 unchanged.'],
  ] as const)('%j without containers %j, jobs %j', (phases, withoutContainers, jobs, summary) => {
    expect(judge({ ...phases }, [...withoutContainers], [...jobs]).summary).toBe(summary);
  });
});
