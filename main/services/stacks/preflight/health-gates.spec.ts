import { describe, expect, it } from 'vitest';
import type { ComposeService } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { healthGates, isChecked, isCheckedByFile } from '../plan/health-gates';
import { judgeHealthGate } from './health-gates';
import { sampleProject } from './sample';

const probe = { title: 'Db', tier: 't', side: 'data', probe: { kind: 'tcp', port: 1 } };
const healthy = (required = true) => ({
  db: { condition: 'service_healthy' as const, required, restart: false },
});

describe('whether a service can be asked for health', () => {
  it.each<[string, Partial<ComposeService>, boolean | null]>([
    ['a check', { healthcheck: { test: ['CMD', 'x'] } }, true],
    ['a check by a shell', { healthcheck: { test: ['CMD-SHELL', 'x'] } }, true],
    ['a probe', { extensions: { 'x-bizosaas': probe } }, true],
    [
      'a probe beside a check that is off',
      { healthcheck: { disable: true }, extensions: { 'x-bizosaas': probe } },
      true,
    ],
    ['an extension that is not valid', { extensions: { 'x-bizosaas': { probe: probe.probe } } }, null],
    ['a check that is off', { healthcheck: { disable: true } }, false],
    ['no check, in words', { healthcheck: { test: ['NONE'] } }, false],
    ['times for the check of its image', { healthcheck: { interval: 1000 } }, null],
    ['nothing', {}, null],
  ])('%s', (_, sketch, checked) => expect(isCheckedByFile(sampleService('db', sketch))).toBe(checked));

  it.each([
    [null, false],
    [{}, false],
    [{ Test: [] }, false],
    [{ Test: ['NONE'] }, false],
    [{ Test: ['CMD', 'x'] }, true],
  ])('image with %j', (check, checked) => expect(isChecked(check)).toBe(checked));
});

describe('a gate', () => {
  const db = sampleService('db', { image: 'redis:7' });
  const web = sampleService('web', { depends_on: healthy() });
  const names = (...services: ComposeService[]) =>
    healthGates(sampleProject(services)).map(({ service, dependants }) => [service.name, dependants]);

  it('is of what is required, has replicas and is there', () => {
    const api = sampleService('api', { depends_on: healthy() });
    expect(names(db, web, api)).toEqual([['db', ['web', 'api']]]);
    expect(names(db, sampleService('web', { depends_on: healthy(false) }))).toEqual([]);
    expect(names(sampleService('db', { scale: 0 }), web)).toEqual([]);
    expect(names(web)).toEqual([]);
  });

  it('fails its dependants where nothing could open it, with both names and what to do', () =>
    expect(judgeHealthGate({ service: db, dependants: ['web'] }, false, 'redis:7')).toEqual({
      id: 'health-check:db',
      group: 'health',
      title: 'Health check of db',
      services: ['web'],
      result: 'fail',
      evidence:
        'depends_on lets web wait until db is healthy, but db has no health check, neither in the file nor in its image, and no probe that reaches it: nothing would ever tell.',
      advice:
        'Add a health check to db, or let web depend on it with service_started. Until then web is left out.',
    }));

  it('warns while the image that decides is not known, and says nothing of one that can open', () => {
    expect(judgeHealthGate({ service: db, dependants: ['web'] }, null, 'redis:7')).toMatchObject({
      result: 'warn',
      evidence: expect.stringContaining('its image redis:7 is not known yet'),
      advice: expect.stringContaining('Unless the image has a health check, web is not started.'),
    });
    expect(judgeHealthGate({ service: db, dependants: ['web'] }, true, 'redis:7')).toBeNull();
  });
});
