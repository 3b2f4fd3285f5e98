import { describe, expect, it } from 'vitest';
import type { Check } from '../../../../preload/contract';
import { sampleService } from '../compose-file/sample';
import { fail, pass, type Subject, warn } from './check';
import { skipsFor } from './gate';
import { sampleProject } from './sample';

const project = sampleProject([
  sampleService('db'),
  sampleService('hub', {
    depends_on: { db: { condition: 'service_started', required: true, restart: false } },
  }),
  sampleService('alone'),
]);

function subject(...services: string[]): Subject {
  return { id: services[0] ?? 'disk', group: 'ports', title: 'Port 1', services };
}

function skips(checks: Check[], asked: string[] = []) {
  return skipsFor({ project: 'demo', startedAt: 0, tookMs: 1, result: 'fail', checks }, project, asked);
}

describe('what a pre-flight report means for an apply', () => {
  it('lets warnings through', () =>
    expect(skips([warn(subject(), 'x', 'y'), pass(subject('db'), 'z')])).toEqual({}));

  it('leaves out the services a failed check names, with the reason', () =>
    expect(skips([fail(subject('alone'), 'Held by x.', 'Stop x.')])).toEqual({
      alone: 'Port 1: Held by x.',
    }));

  it('refuses when the whole stack is concerned', () => {
    expect(() => skips([fail(subject(), 'No disk.', 'Make room.')])).toThrow(
      'Nothing of demo was changed. Port 1: No disk. Make room.',
    );
  });

  it('refuses when nothing would be left', () =>
    expect(() => skips([fail(subject('db', 'hub', 'alone'), 'x', 'y')])).toThrow(
      expect.objectContaining({ code: 'PREFLIGHT_FAILED', data: { project: 'demo', failed: ['db'] } }),
    ));

  it('looks only at what was asked for and what that needs', () => {
    expect(skips([fail(subject('alone'), 'x', 'y')], ['hub'])).toEqual({});
    expect(skips([fail(subject('db'), 'x', 'y')], ['hub'])).toEqual({ db: 'Port 1: x' });
  });
});
