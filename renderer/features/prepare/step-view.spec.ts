import { describe, expect, it } from 'vitest';
import type { PreparePlan, PrepareRun, PrepareStep } from '../../../preload/contract';
import { allInPlace, chosenSteps, resumeSteps, stepViews } from './step-view';

function step(id: PrepareStep['id'], state: PrepareStep['state'] = 'needed'): PrepareStep {
  return { id, title: id, state, reason: '', commands: ['true'], confirm: [], undo: [] };
}

function run(id: PrepareStep['id'], state: PrepareRun['state']): PrepareRun {
  return { id, title: id, state, startedAt: 1, endedAt: null, exitCode: null, output: [] };
}

function planOf(...steps: PrepareStep[]): PreparePlan {
  return { hostId: 'ssh:vps', machine: 'root@vps:22', at: 1, root: 'root', assessment: [], steps };
}

const idle = { active: false, chosen: new Set<PrepareStep['id']>() };
const words = (plan: PreparePlan, runs: PrepareRun[], now = idle) =>
  stepViews(plan, runs, now).map(({ word }) => word);

describe('a step', () => {
  it('is what the plan measured, however it ended once', () => {
    const plan = planOf(step('engine', 'in-place'), step('swap'), step('firewall', 'impossible'));
    expect(words(plan, [run('engine', 'failed')])).toEqual(['In place', 'To do', 'Not possible']);
  });

  it('tells of its failure until it is in place', () => {
    expect(words(planOf(step('engine')), [run('engine', 'failed')])).toEqual(['Failed']);
  });

  it('waits, runs and is done before the second look says so', () => {
    const plan = planOf(step('engine'), step('access'), step('swap'), step('updates'));
    const now = { active: true, chosen: new Set<PrepareStep['id']>(['engine', 'access', 'swap']) };
    const runs = [run('engine', 'done'), run('access', 'running')];
    expect(words(plan, runs, now)).toEqual(['Done', 'Running', 'Waiting', 'To do']);
  });
});

describe('what would run', () => {
  const plan = planOf(step('engine', 'in-place'), step('access'), step('swap'), step('updates'));

  it('is what is needed and was not taken out', () => {
    expect(chosenSteps(plan, new Set(['swap']))).toEqual(['access', 'updates']);
  });

  it('on a resume begins at the step that failed', () => {
    const views = stepViews(plan, [run('access', 'done'), run('swap', 'failed')], idle);
    expect(resumeSteps(views, new Set())).toEqual(['swap', 'updates']);
    expect(resumeSteps(views, new Set(['swap', 'updates']))).toEqual(['swap']);
  });

  it('is nothing once every step is in place', () => {
    expect(allInPlace(plan)).toBe(false);
    expect(allInPlace(planOf(step('engine', 'in-place')))).toBe(true);
    expect(resumeSteps(stepViews(planOf(step('engine', 'in-place')), [], idle), new Set())).toEqual([]);
  });
});
