import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComposePort } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { addressesMeet, containerHolder, judgeDuplicates, judgePort, wantedPorts } from './ports';
import { sampleContainer, sampleProject } from './sample';

function port(published: string, rest: Partial<ComposePort> = {}): ComposePort {
  return { target: 80, published, protocol: 'tcp', mode: 'ingress', ...rest };
}

function wantedOf(services: Record<string, ComposePort[]>) {
  return wantedPorts(
    sampleProject(Object.entries(services).map(([name, ports]) => sampleService(name, { ports }))),
  );
}

const wanted = { service: 'web', hostIp: '', candidates: [8080], protocol: 'tcp' };
const free = { kind: 'free', name: '' } as const;
const held = { kind: 'container', name: 'container x of project other' } as const;

describe('wanted ports', () => {
  it('expands ranges and leaves out what the engine chooses', () => {
    const { published: _published, ...unpublished } = port('1');
    expect(
      wantedOf({ web: [port('8000-8002'), port('0'), unpublished] }).map((want) => want.candidates),
    ).toEqual([[8000, 8001, 8002]]);
  });

  it('never makes a list without end', () => {
    fc.assert(
      fc.property(fc.string(), (published) => {
        for (const want of wantedOf({ web: [port(published)] }))
          expect(want.candidates.length).toBeLessThanOrEqual(64);
      }),
    );
  });
});

describe('duplicates inside the file', () => {
  it.each<[string, Record<string, ComposePort[]>, string[][]]>([
    ['none', { a: [port('1')], b: [port('2')] }, []],
    ['two services', { a: [port('1')], b: [port('1')] }, [['a', 'b']]],
    ['one service twice', { a: [port('1'), port('1')] }, [['a']]],
    ['different protocols', { a: [port('1')], b: [port('1', { protocol: 'udp' })] }, []],
    [
      'different addresses',
      { a: [port('1', { host_ip: '127.0.0.1' })], b: [port('1', { host_ip: '127.0.0.2' })] },
      [],
    ],
    [
      'one on every address',
      { a: [port('1', { host_ip: '127.0.0.1' })], b: [port('1', { host_ip: '0.0.0.0' })] },
      [['a', 'b']],
    ],
    ['ranges step aside', { a: [port('1-5')], b: [port('1')] }, []],
  ])('%s', (_title, services, expected) => {
    expect(judgeDuplicates(wantedOf(services)).map((check) => check.services)).toEqual(expected);
  });

  it('counts replicas', () => {
    const project = sampleProject([sampleService('web', { scale: 2, ports: [port('1')] })]);
    expect(judgeDuplicates(wantedPorts(project)).map((check) => check.result)).toEqual(['fail']);
  });
});

describe('holders', () => {
  const binding = { hostIp: '0.0.0.0', published: 8080, target: 80, protocol: 'tcp' };
  const ask = (labels: Record<string, string>, number = 8080) =>
    containerHolder(
      { hostIp: '127.0.0.1', number, protocol: 'tcp' },
      [sampleContainer('x', { labels, ports: [binding] })],
      'demo',
    );

  it('tells whose container it is', () => {
    expect(ask({ 'com.docker.compose.project': 'demo' })?.kind).toBe('own');
    expect(ask({ 'com.docker.compose.project': 'other' })?.name).toBe('container x of project other');
    expect(ask({})?.name).toBe('container x, which belongs to no project');
    expect(ask({}, 8081)).toBeNull();
  });

  it.each([
    [[free], 'pass'],
    [[{ kind: 'own', name: 'mine' } as const], 'pass'],
    [[held], 'fail'],
    [[{ kind: 'process', name: 'another process' } as const], 'fail'],
  ])('%j → %s', (holders, result) => expect(judgePort(wanted, holders).result).toBe(result));

  it('says of a UDP port what was looked at and what was not', () => {
    const check = judgePort({ ...wanted, protocol: 'udp' }, [{ kind: 'unchecked', name: '' }]);
    expect([check.result, check.evidence]).toEqual([
      'pass',
      'No container holds it. Whether a program does was not looked up for UDP ports.',
    ]);
  });

  it('takes the next port of a range', () => {
    const check = judgePort({ ...wanted, candidates: [1, 2] }, [held, free]);
    expect([check.result, check.evidence]).toEqual(['pass', 'Port 2 of it is free.']);
  });

  it.each([
    ['', '127.0.0.1', true],
    ['::', '10.0.0.1', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '10.0.0.1', false],
  ])('%s and %s meet: %s', (one, other, meet) => expect(addressesMeet(one, other)).toBe(meet));
});
