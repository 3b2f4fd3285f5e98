/** Projects and what an engine would show of them, for the table tests of this room. */
import type { ContainerSummary } from '../../hosts/engine';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { isRecord } from './canonical';
import { containerSpec } from './container-spec';
import { networkBody, volumeBody } from './decide-objects';
import type { ObservedProject, PlanOptions } from './model';
import { observedContainer } from './observe';
import { isJob } from './service-facts';

export const OPTIONS: PlanOptions = { services: [], warnings: [] };

export function service(name: string, sketch: Partial<ComposeService> = {}): ComposeService {
  return sampleService(name, {
    image: `${name}:1`,
    volumes: [{ type: 'volume', source: 'data', target: '/data' }],
    networks: { default: {} },
    ...sketch,
  });
}

export function project(services: ComposeService[]): ComposeProject {
  return {
    name: 'shop',
    directory: '/srv',
    files: ['/srv/compose.yaml'],
    services: Object.fromEntries(services.map((one) => [one.name, one])),
    networks: { default: { name: 'shop_default', extensions: {} } },
    volumes: { data: { name: 'shop_data', extensions: {} } },
    secrets: {},
    configs: {},
    extensions: {},
  };
}

function labelsOf(body: Record<string, unknown>): Record<string, string> {
  return isRecord(body.Labels)
    ? Object.fromEntries(Object.entries(body.Labels).map(([k, v]) => [k, String(v)]))
    : {};
}

export function nothing(stack: ComposeProject): ObservedProject {
  const images = Object.values(stack.services).map(({ image }) => ({
    id: `sha256:${image}`,
    tags: [image ?? ''],
    digests: [],
    sizeBytes: 1,
    createdAt: 0,
    labels: {},
  }));
  return {
    apiVersion: '1.41',
    containers: [],
    images,
    networks: [],
    volumes: [],
    files: {},
    bases: {},
    builds: {},
  };
}

/** What the engine would show right after an apply of `stack`. */
export function applied(stack: ComposeProject): ObservedProject {
  const network = networkBody(stack, 'default', { name: 'shop_default', extensions: {} }, 'j');
  const volume = volumeBody(stack, 'data', { name: 'shop_data', extensions: {} }, 'j');
  return {
    ...nothing(stack),
    networks: [
      {
        id: 'n1',
        name: 'shop_default',
        driver: 'bridge',
        labels: labelsOf(network),
        subnets: [],
        internal: false,
        raw: {},
      },
    ],
    volumes: [
      {
        name: 'shop_data',
        driver: 'local',
        labels: labelsOf(volume),
        mountpoint: '',
        createdAt: 0,
        sizeBytes: null,
      },
    ],
    containers: Object.values(stack.services).map((one) => observedContainer(summary(stack, one))),
  };
}

function summary(stack: ComposeProject, one: ComposeService): ContainerSummary {
  const name = `shop-${one.name}-1`;
  const imageId = `sha256:${one.image}`;
  const spec = containerSpec(stack, one, {
    apiVersion: '1.41',
    number: 1,
    name,
    imageId,
    files: {},
    containerNameOf: (other) => `shop-${other}-1`,
  });
  const job = isJob(stack, one);
  return {
    id: one.name,
    name,
    image: one.image ?? '',
    imageId,
    createdAt: 0,
    state: job ? 'exited' : 'running',
    status: job ? 'Exited (0) 2 seconds ago' : 'Up 2 seconds',
    labels: labelsOf(spec.body),
    ports: [],
    addresses: { shop_default: '10.0.0.2' },
    mounts: [],
  };
}
