import { describe, expect, it } from 'vitest';
import type { Check } from '../../../../preload/contract';
import { sampleService } from '../compose-file/sample';
import { worst } from './check';
import { judgeEngine, judgeSilentEngine } from './engine';
import { demands, judgeCpu, judgeDisk, judgeMemory, judgeMemoryNow } from './resources';
import { sampleEngine, sampleProject } from './sample';
import { age, listing } from './words';

const GIB = 1024 ** 3;

function results(checks: Check[]): [string, string][] {
  return checks.map((check) => [check.id, check.result]);
}

const info = sampleEngine();

describe('engine', () => {
  it.each([
    ['1.40', 'fail'],
    ['1.41', 'pass'],
    ['1.52', 'pass'],
    ['2.0', 'pass'],
    ['0.99', 'fail'],
    ['nonsense', 'fail'],
  ])('API %s → %s', (apiVersion, result) => expect(judgeEngine({ ...info, apiVersion }).result).toBe(result));

  it('names the endpoint that is silent', () =>
    expect(judgeSilentEngine('unix:///x', 'no answer in 3 s.').evidence).toContain('unix:///x'));
});

describe('disk', () => {
  it.each<[number | null, string]>([
    [null, 'warn'],
    [GIB - 1, 'fail'],
    [GIB, 'warn'],
    [5 * GIB - 1, 'warn'],
    [5 * GIB, 'pass'],
  ])('%s bytes free → %s', (freeBytes, result) => {
    const disk = freeBytes === null ? null : { freeBytes, totalBytes: 40 * GIB };
    expect(judgeDisk(disk, '/var/lib/docker', 2).result).toBe(result);
  });
});

describe('memory and CPU budget', () => {
  const project = sampleProject([
    sampleService('big', { mem_limit: 4 * GIB, cpus: 1.5 }),
    sampleService('twice', { deploy: { replicas: 2, resources: { limits: { memory: GIB, cpus: 0.25 } } } }),
    sampleService('free'),
    sampleService('job', {
      mem_limit: 64 * GIB,
      extensions: { 'x-bizosaas': { title: 'Job', tier: 't', side: 'back', unit: 'job' } },
    }),
  ]);
  const list = demands(project);

  it('adds replicas up and leaves jobs out', () =>
    expect(list.map((demand) => [demand.service, demand.memoryBytes, demand.cpus])).toEqual([
      ['big', 4 * GIB, 1.5],
      ['twice', 2 * GIB, 0.5],
      ['free', null, null],
    ]));

  it('passes when the limits just fit', () => {
    expect(judgeMemory(list, 6 * GIB).result).toBe('pass');
    expect(results(judgeCpu(list, 2))).toEqual([['cpu', 'pass']]);
  });

  it('warns with both numbers and the largest services', () => {
    const check = judgeMemory(list, 6 * GIB - 1);
    expect([check.result, check.evidence]).toEqual([
      'warn',
      'Limits sum to 6 GiB, the engine has 6 GiB. Largest: big 4 GiB and twice 2 GiB. Without a limit: free.',
    ]);
  });

  it('fails the service whose CPU limit the engine would refuse', () =>
    expect(results(judgeCpu(list, 1))).toEqual([
      ['cpu', 'warn'],
      ['cpu:big', 'fail'],
    ]));

  it.each<[number | null, string[], string]>([
    [null, [], 'warn'],
    [6 * GIB, [], 'pass'],
    [3 * GIB, [], 'warn'],
    [3 * GIB, ['big'], 'pass'],
  ])('%s bytes available with %j running → %s', (available, running, result) =>
    expect(judgeMemoryNow(list, new Set(running), available).result).toBe(result),
  );
});

describe('words', () => {
  it('writes ages and lists', () => {
    expect([age(0, 500), age(0, 60_000), age(5, 0)]).toEqual([
      '0 seconds old',
      '1 minute old',
      '0 seconds old',
    ]);
    expect([
      listing([]),
      listing(['a']),
      listing(['a', 'b']),
      listing(['a', 'b', 'c', 'd', 'e', 'f']),
    ]).toEqual(['', 'a', 'a and b', 'a, b, c, d and 2 more']);
  });

  it('takes the worst result', () => {
    const subject = {
      id: 'x',
      group: 'engine',
      title: 'x',
      evidence: '',
      advice: null,
      services: [],
    } as const;
    const of = (...all: Check['result'][]) =>
      worst(all.map((result) => ({ ...subject, services: [], result })));
    expect([of(), of('pass', 'warn'), of('warn', 'fail', 'pass')]).toEqual(['pass', 'warn', 'fail']);
  });
});
