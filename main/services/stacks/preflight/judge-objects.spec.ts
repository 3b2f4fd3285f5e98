import { describe, expect, it } from 'vitest';
import type { Check } from '../../../../preload/contract';
import type { ComposeNetwork } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { judgeBases } from './buildable';
import { judgeImage, toWay, type WantedImage, wantedImages } from './images';
import { judgeNames, judgeNetwork, subnetsOverlap, wantedNames } from './names';
import { findImage } from './registry';
import { sampleContainer, sampleImage, sampleNetwork, sampleProject, sampleVolume } from './sample';
import { fileObjects, judgeFileObject, judgeVariables } from './variables';
import { judgeLeftover, judgeVolume, leftovers } from './volumes';

const GIB = 1024 ** 3;
const OURS = { 'com.docker.compose.project': 'demo' };
const THEIRS = { 'com.docker.compose.project': 'other' };

function results(checks: Check[]): [string, string][] {
  return checks.map((check) => [check.id, check.result]);
}

describe('container names', () => {
  const project = sampleProject([
    sampleService('web', { scale: 2 }),
    sampleService('db', { container_name: 'database' }),
  ]);

  it('derives names as Compose does', () =>
    expect(wantedNames(project).map((want) => want.name)).toEqual(['demo-web-1', 'demo-web-2', 'database']));

  it.each<[string, Record<string, string>, [string, string][]]>([
    ['demo-web-2', OURS, [['names', 'pass']]],
    ['demo-web-2', THEIRS, [['name:demo-web-2', 'fail']]],
    ['database', {}, [['name:database', 'fail']]],
    ['unrelated', {}, [['names', 'pass']]],
  ])('%s held with %j', (name, labels, expected) =>
    expect(results(judgeNames(wantedNames(project), [sampleContainer(name, { labels })], 'demo'))).toEqual(
      expected,
    ),
  );

  it('finds a name given twice in the file', () => {
    const twice = sampleProject(['a', 'b'].map((name) => sampleService(name, { container_name: 'same' })));
    const [check] = judgeNames(wantedNames(twice), [], 'demo');
    expect([check?.id, check?.result, check?.services]).toEqual(['name:same', 'fail', ['a', 'b']]);
  });
});

describe('networks', () => {
  const project = sampleProject([sampleService('web', { networks: { back: {} } }), sampleService('alone')]);
  const wanted: ComposeNetwork = { name: 'demo_back', driver: 'bridge', extensions: {} };
  const own = { ...OURS, 'com.docker.compose.network': 'back' };

  it.each<[string, ComposeNetwork, ReturnType<typeof sampleNetwork>[], string]>([
    ['absent', wanted, [], 'pass'],
    ['our own', wanted, [sampleNetwork('demo_back', { labels: own })], 'pass'],
    [
      'our own with another driver',
      wanted,
      [sampleNetwork('demo_back', { labels: own, driver: 'macvlan' })],
      'warn',
    ],
    ['of another project', wanted, [sampleNetwork('demo_back', { labels: THEIRS })], 'fail'],
    ['of nobody', wanted, [sampleNetwork('demo_back')], 'fail'],
    ['external and absent', { ...wanted, external: true }, [], 'fail'],
    ['external and present', { ...wanted, external: true }, [sampleNetwork('demo_back')], 'pass'],
    [
      'subnet overlaps',
      { ...wanted, ipam: { config: [{ subnet: '172.30.0.0/16' }] } },
      [sampleNetwork('x', { subnets: ['172.30.4.0/24'] })],
      'fail',
    ],
    [
      'subnet apart',
      { ...wanted, ipam: { config: [{ subnet: '172.30.0.0/16' }] } },
      [sampleNetwork('x', { subnets: ['172.31.0.0/16'] })],
      'pass',
    ],
  ])('%s', (_title, network, existing, result) => {
    const [check] = judgeNetwork('back', network, existing, project);
    expect([check?.result, check?.services]).toEqual([result, ['web']]);
  });

  it.each([
    ['10.0.0.0/8', '10.1.2.0/24', true],
    ['10.1.2.0/24', '10.0.0.0/8', true],
    ['10.0.0.0/24', '10.0.1.0/24', false],
    ['fd00::/8', 'fd00:1::/64', true],
    ['fd00::/64', '10.0.0.0/8', false],
    ['nonsense', '10.0.0.0/8', false],
  ])('%s and %s overlap: %s', (one, other, overlap) => expect(subnetsOverlap(one, other)).toBe(overlap));
});

describe('images', () => {
  it('says why an image of this machine is delivered, and what is sent', () => {
    const wanted: WantedImage = { reference: 'a:1', services: ['a'], builder: null, pullPolicy: 'missing' };
    const offer = { sizeBytes: 4096, missingBytes: 1024, from: 'default', labels: {} };
    const registry = { kind: 'refused', detail: 'no such host' } as const;
    const facts = { present: null, build: null, registry, offer };
    expect(judgeImage(wanted, facts, 0)).toMatchObject({
      result: 'pass',
      evidence:
        'Not present; delivered from this machine (default), as the host cannot pull it (no such host): 1 KiB of 4 KiB are missing on the host.',
    });
    expect(toWay(wanted, facts, 0)).toMatchObject({ way: 'deliver', sizeBytes: 4096, missingBytes: 1024 });
    expect(toWay(wanted, { ...facts, offer: null }, 0)).toMatchObject({ way: 'unobtainable' });
  });

  it('says that a pull signs in with credentials of this machine', () => {
    const wanted: WantedImage = { reference: 'a:1', services: ['a'], builder: null, pullPolicy: 'missing' };
    const facts = { present: null, build: null, registry: { kind: 'pullable' } as const, signsIn: true };
    expect(judgeImage(wanted, facts, 0).evidence).toContain('nothing is stored on the host');
    expect(toWay(wanted, facts, 0)).toMatchObject({ way: 'pull', missingBytes: null });
  });

  const wanted: WantedImage = {
    reference: 'redis:7',
    services: ['redis'],
    builder: null,
    pullPolicy: 'missing',
  };
  const none = { present: null, build: null, registry: null };
  const day = 86_400_000;

  it('finds an image by tag, digest and id', () => {
    const image = sampleImage('redis:7', { digests: ['redis@sha256:abc'], id: 'sha256:1' });
    for (const name of ['redis:7', 'docker.io/library/redis:7', 'redis@sha256:abc', 'sha256:1'])
      expect(findImage(name, [image])).toBe(image);
    expect(findImage('redis', [image])).toBeUndefined();
  });

  it('groups services by image and finds who builds it', () => {
    const project = sampleProject([
      sampleService('a', { image: 'same' }),
      sampleService('b', { image: 'same', build: { context: '/b' } }),
      sampleService('c', { build: { context: '/c' } }),
    ]);
    expect(
      wantedImages(project).map((image) => [image.reference, image.services, image.builder?.name]),
    ).toEqual([
      ['same', ['a', 'b'], 'b'],
      ['demo-c', ['c'], 'c'],
    ]);
  });

  it('tells age and size of one that is present', () =>
    expect(judgeImage(wanted, { ...none, present: sampleImage('redis:7') }, 3 * day).evidence).toBe(
      'Present, 1 MiB, 3 days old.',
    ));

  it.each([
    [{ kind: 'pullable' } as const, 'pass'],
    [{ kind: 'silent', detail: 'no answer in 5 s' } as const, 'warn'],
    [{ kind: 'refused', detail: 'denied' } as const, 'fail'],
    [null, 'fail'],
  ])('absent, registry says %j → %s', (registry, result) => {
    const check = judgeImage(wanted, { ...none, registry }, 0);
    expect([check.result, check.services]).toEqual([result, ['redis']]);
  });

  it.each([
    [[{ name: 'a', origin: 'present' as const }], [], 'pass'],
    [[{ name: 'a', origin: 'made here when no registry gives it' as const }], [], 'pass'],
    [[{ name: 'a', origin: { kind: 'pullable' as const } }], [], 'pass'],
    [[{ name: 'a', origin: { kind: 'silent' as const, detail: '5 s' } }], [], 'warn'],
    [[{ name: 'a', origin: { kind: 'refused' as const, detail: 'no' } }], [], 'fail'],
    [[], ['$BASE'], 'warn'],
  ])('to build on %j and %j → %s', (bases, unresolved, result) => {
    const build = judgeBases('/x/Dockerfile', bases, unresolved);
    expect(judgeImage(wanted, { ...none, build }, 0).result).toBe(result);
  });
});

describe('variables, secrets and configs', () => {
  const place = { file: '/demo/compose.yaml', line: 7, column: 3 };
  const variable = { name: 'TAG', required: false, hasDefault: false, value: null, place };

  it('warns once for a variable that is unset and has no default', () => {
    const checks = judgeVariables([variable, { ...variable }, { ...variable, name: 'SET', value: 'x' }]);
    expect(results(checks)).toEqual([['variable:TAG', 'warn']]);
    expect(checks[0]?.evidence).toContain('/demo/compose.yaml:7');
  });

  it('passes defaults', () =>
    expect(results(judgeVariables([{ ...variable, hasDefault: true }]))).toEqual([['variables', 'pass']]));

  const generate = { 'x-bizosaas': { generate: { bytes: 32 } } };
  it.each([
    ['present', { file: '/f', extensions: {} }, 'readable', 'pass'],
    ['missing, generated', { file: '/f', extensions: generate }, 'missing', 'pass'],
    ['missing', { file: '/f', extensions: {} }, 'missing', 'fail'],
    ['unreadable', { file: '/f', extensions: generate }, 'unreadable', 'fail'],
    ['variable unset', { environment: 'X', extensions: {} }, 'missing', 'fail'],
    ['external', { external: true, extensions: {} }, 'readable', 'warn'],
  ] as const)('secret %s', (_title, object, state, result) => {
    const entry = { kind: 'secret', key: 'a', object: { name: 'a', ...object }, services: ['web'] } as const;
    expect(judgeFileObject({ ...entry, services: ['web'] }, state).result).toBe(result);
  });

  it('looks only at what a service uses', () => {
    const object = { name: 'x', file: '/f', extensions: {} };
    const project = sampleProject([sampleService('web', { secrets: [{ source: 'used' }] })], {
      secrets: { used: object, unused: object },
    });
    expect(fileObjects(project).map((entry) => [entry.key, entry.services])).toEqual([['used', ['web']]]);
  });
});

describe('volumes', () => {
  const definition = { name: 'demo_data', extensions: {} };
  const project = sampleProject([], { volumes: { data: definition } });
  const volume = sampleVolume('demo_data', { labels: OURS, createdAt: 0 });

  it('is left over only when no container of the project exists', () => {
    expect(leftovers(project, [volume], [])).toEqual([volume]);
    expect(leftovers(project, [volume], [sampleContainer('x', { labels: THEIRS })])).toEqual([volume]);
    expect(leftovers(project, [volume], [sampleContainer('x', { labels: OURS })])).toEqual([]);
    expect(leftovers(project, [{ ...volume, labels: THEIRS }], [])).toEqual([]);
  });

  it('tells size and age of what is left', () => {
    const check = judgeLeftover(volume, ['db'], { sizeBytes: 2 * GIB, now: 7_200_000 });
    expect([check.result, check.evidence]).toEqual([
      'warn',
      'Left by an earlier run of this project: 2 GiB, 2 hours old.',
    ]);
  });

  it.each([
    [definition, undefined, null],
    [definition, volume, null],
    [definition, { ...volume, labels: THEIRS }, 'warn'],
    [definition, { ...volume, labels: {} }, 'warn'],
    [{ ...definition, external: true }, undefined, 'fail'],
    [{ ...definition, external: true }, { ...volume, labels: {} }, null],
  ] as const)('%j with %j → %s', (wanted, found, result) => {
    const check = judgeVolume(wanted, found, { project: 'demo', services: ['db'] });
    expect(check?.result ?? null).toBe(result);
  });
});
