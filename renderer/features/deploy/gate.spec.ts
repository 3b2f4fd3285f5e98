import { describe, expect, it } from 'vitest';
import type { Check, Plan, PreflightReport } from '../../../preload/contract';
import { gateOf, skippedServices } from './gate';

function check(result: Check['result'], services: string[] = []): Check {
  return { id: 'x', group: 'ports', title: 'Port 5432', result, evidence: 'taken', advice: null, services };
}

function report(...checks: Check[]): PreflightReport {
  return { project: 'shop', startedAt: 0, tookMs: 1, result: 'pass', checks };
}

const plan: Plan = { project: 'shop', changed: true, steps: [], warnings: [] };
const ready = {
  away: null,
  unreadable: false,
  running: false,
  report: report(check('pass')),
  plan,
  lock: null,
};

describe('the Apply button', () => {
  it('works when everything passed', () => {
    expect(gateOf(ready)).toEqual({ label: 'Apply', blockedBecause: null });
  });

  it('says how many warnings it goes ahead with', () => {
    expect(gateOf({ ...ready, report: report(check('warn'), check('warn')) }).label).toBe(
      'Apply with 2 warnings',
    );
  });

  it('leaves out services whose own checks failed, and no others', () => {
    const failed = report(check('fail', ['b', 'a']), check('fail', ['a']), check('pass', ['c']));
    expect(skippedServices(failed)).toEqual(['a', 'b']);
    expect(gateOf({ ...ready, report: failed })).toEqual({
      label: 'Apply without 2 services',
      blockedBecause: null,
    });
  });

  it.each([
    ['no engine', { away: 'vps is away' }, 'vps is away'],
    ['a running task', { running: true }, 'A task of this stack is running'],
    [
      'a lock',
      { lock: { owner: 'owner@laptop', since: 0, lastBeatAt: 0, stale: false } },
      'owner@laptop holds the lock',
    ],
    ['a broken file', { unreadable: true }, 'The definition can’t be read'],
    ['no pre-flight yet', { report: null }, 'The pre-flight has not ended yet'],
    ['a failure of the whole stack', { report: report(check('fail')) }, 'Port 5432: taken'],
    ['no plan yet', { plan: null }, 'The plan is not ready yet'],
    ['no change', { plan: { ...plan, changed: false } }, 'Nothing to change'],
  ])('is blocked by %s', (_, change, reason) => {
    expect(gateOf({ ...ready, ...change }).blockedBecause).toBe(reason);
  });
});
