import { expect, it } from 'vitest';
import { sampleService } from '../compose-file/sample';
import { sampleProject } from '../preflight/sample';
import { engineWarnings } from './engine-warnings';

it('names what the engine is too old for, and nothing on one that knows it', () => {
  const web = sampleService('web', {
    healthcheck: { start_interval: 1000 },
    annotations: { a: 'b' },
    volumes: [{ type: 'volume', source: 'data', target: '/d', volume: { subpath: 'inner' } }],
    networks: { default: { mac_address: '02:42:ac:11:65:43' } },
  });
  const project = sampleProject([web, sampleService('plain')]);
  expect(engineWarnings(project, '1.41')).toEqual([
    'services.web.healthcheck.start_interval is not applied: it needs API 1.44, and the engine offers 1.41.',
    'services.web.annotations is not applied: it needs API 1.43, and the engine offers 1.41.',
    'services.web.volumes.*.volume.subpath is not applied: it needs API 1.45, and the engine offers 1.41.',
    'services.web.networks.*.mac_address is not applied: it needs API 1.44, and the engine offers 1.41.',
  ]);
  expect(engineWarnings(project, '1.45')).toEqual([]);
});
