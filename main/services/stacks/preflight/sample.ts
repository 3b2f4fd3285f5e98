/** Small engine objects and projects for the table tests of this room. */
import type {
  ContainerSummary,
  EngineInfo,
  ImageSummary,
  NetworkSummary,
  VolumeSummary,
} from '../../hosts/engine';
import type { ComposeProject, ComposeService } from '../compose-file/model';

export function sampleProject(
  services: ComposeService[],
  rest: Partial<ComposeProject> = {},
): ComposeProject {
  return {
    name: 'demo',
    directory: '/demo',
    files: ['/demo/compose.yaml'],
    services: Object.fromEntries(services.map((service) => [service.name, service])),
    networks: {},
    volumes: {},
    secrets: {},
    configs: {},
    extensions: {},
    ...rest,
  };
}

export function sampleContainer(name: string, rest: Partial<ContainerSummary> = {}): ContainerSummary {
  return {
    id: name,
    name,
    image: 'busybox',
    imageId: 'sha256:0',
    createdAt: 0,
    state: 'running',
    status: 'Up',
    labels: {},
    ports: [],
    addresses: {},
    mounts: [],
    ...rest,
  };
}

export function sampleNetwork(name: string, rest: Partial<NetworkSummary> = {}): NetworkSummary {
  return { id: name, name, driver: 'bridge', labels: {}, subnets: [], internal: false, raw: {}, ...rest };
}

export function sampleVolume(name: string, rest: Partial<VolumeSummary> = {}): VolumeSummary {
  return { name, driver: 'local', labels: {}, mountpoint: '', createdAt: null, sizeBytes: null, ...rest };
}

export function sampleImage(tag: string, rest: Partial<ImageSummary> = {}): ImageSummary {
  return {
    id: 'sha256:1',
    tags: [tag],
    digests: [],
    sizeBytes: 1024 ** 2,
    createdAt: 0,
    labels: {},
    ...rest,
  };
}

export function sampleEngine(rest: Partial<EngineInfo> = {}): EngineInfo {
  return {
    id: 'x',
    engineVersion: '20.10.24',
    apiVersion: '1.41',
    operatingSystem: 'Debian',
    kernel: '6',
    architecture: 'x86_64',
    cpus: 2,
    memoryBytes: 8 * 1024 ** 3,
    rootDirectory: '/var/lib/docker',
    storageDriver: 'overlay2',
    cgroupVersion: '2',
    rootless: false,
    ...rest,
  };
}
