/** Which engines could be here: DOCKER_HOST, the CLI's contexts, the sockets, added hosts. One entry per endpoint. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../../preload/contract';
import { parseSshDestination } from '../../words/ssh-destination';
import { type DockerConfiguration, readDockerConfiguration } from './contexts';
import { type HostEndpoint, isSshEndpoint } from './host-endpoint';

export interface DiscoveryDeps {
  environment: Record<string, string | undefined>;
  homeDirectory: string;
  platform: NodeJS.Platform;
  added: Settings['addedHosts'];
}

export interface Discovery {
  /** In the order of preference when nothing was chosen. */
  hosts: HostEndpoint[];
  /** Ids that name the same endpoint as another host, and that host's id. */
  aliases: Map<string, string>;
  problems: string[];
}

const SUPPORTED = /^(unix|npipe|tcp|http|https):\/\//;

function reasonAgainst(endpoint: string): string | null {
  if (SUPPORTED.test(endpoint)) return null;
  if (!isSshEndpoint(endpoint))
    return `The endpoint ${endpoint} is of a kind the console can't connect to. Supported: ssh, unix, npipe and tcp.`;
  if (parseSshDestination(endpoint)) return null;
  return `The endpoint ${endpoint} names no host. Expected: ssh://[user@]host[:port].`;
}

function toHost(host: Omit<HostEndpoint, 'unsupported'>): HostEndpoint {
  return { ...host, unsupported: reasonAgainst(host.endpoint) };
}

/** The CLI accepts `host:port` without a scheme. */
function withScheme(endpoint: string): string {
  return endpoint.includes('://') ? endpoint : `tcp://${endpoint}`;
}

function environmentHost(deps: DiscoveryDeps, configDirectory: string): HostEndpoint[] {
  const { DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_TLS, DOCKER_CERT_PATH } = deps.environment;
  if (!DOCKER_HOST) return [];
  const secured = Boolean(DOCKER_TLS_VERIFY || DOCKER_TLS) && !DOCKER_HOST.startsWith('unix:');
  const tls = secured
    ? { directory: DOCKER_CERT_PATH || configDirectory, verify: Boolean(DOCKER_TLS_VERIFY) }
    : null;
  const endpoint = withScheme(DOCKER_HOST);
  return [toHost({ id: 'env:DOCKER_HOST', title: 'DOCKER_HOST', source: 'environment', endpoint, tls })];
}

function contextHosts(configuration: DockerConfiguration, current: string | null): HostEndpoint[] {
  const hosts = configuration.contexts.map(({ name, endpoint, tls }) =>
    toHost({ id: `context:${name}`, title: name, source: 'context', endpoint, tls }),
  );
  const isCurrent = (host: HostEndpoint) => host.id === `context:${current}`;
  return [...hosts.filter(isCurrent), ...hosts.filter((host) => !isCurrent(host))];
}

function addedHosts(added: Settings['addedHosts']): HostEndpoint[] {
  return added.map(({ id, title, destination }) =>
    toHost({ id, title, source: 'added', endpoint: `ssh://${destination}`, tls: null }),
  );
}

function socketHost(id: string, title: string, endpoint: string): HostEndpoint {
  return toHost({ id, title, source: 'socket', endpoint, tls: null });
}

/** The default socket is listed even when it is missing: its absence is what a first run has to explain. */
async function sockets(deps: DiscoveryDeps): Promise<HostEndpoint[]> {
  if (deps.platform === 'win32')
    return [socketHost('socket:default', 'Local engine', 'npipe:////./pipe/docker_engine')];
  const usual = socketHost('socket:default', 'Local engine', 'unix:///var/run/docker.sock');
  const runtime = deps.environment.XDG_RUNTIME_DIR;
  const others = [
    ...(runtime
      ? [{ id: 'socket:rootless', title: 'Local engine (rootless)', path: join(runtime, 'docker.sock') }]
      : []),
    {
      id: 'socket:desktop',
      title: 'Docker Desktop',
      path: join(deps.homeDirectory, '.docker/run/docker.sock'),
    },
  ];
  const found = await Promise.all(
    others.map(async ({ id, title, path }) =>
      (await exists(path)) ? [socketHost(id, title, `unix://${path}`)] : [],
    ),
  );
  return [usual, ...found.flat()];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Keeps the first host of each endpoint; the others become its aliases. */
function mergeByEndpoint(hosts: HostEndpoint[]): Pick<Discovery, 'hosts' | 'aliases'> {
  const kept = new Map<string, HostEndpoint>();
  const aliases = new Map<string, string>();
  for (const host of hosts) {
    const same = kept.get(host.endpoint);
    if (same) aliases.set(host.id, same.id);
    else kept.set(host.endpoint, host);
  }
  return { hosts: [...kept.values()], aliases };
}

export async function discoverHosts(deps: DiscoveryDeps): Promise<Discovery> {
  const { DOCKER_CONFIG, DOCKER_CONTEXT } = deps.environment;
  const directory = DOCKER_CONFIG || join(deps.homeDirectory, '.docker');
  const configuration = await readDockerConfiguration(directory);
  const current = DOCKER_CONTEXT || configuration.currentContext;
  const contexts = contextHosts(configuration, current);
  const plain = await sockets(deps);
  // Without a current context the CLI means the default socket, so it goes before the stored ones.
  const rest = current ? [...contexts, ...plain] : [...plain, ...contexts];
  const found = [...environmentHost(deps, directory), ...rest, ...addedHosts(deps.added)];
  const merged = mergeByEndpoint(found);
  return { ...merged, problems: configuration.problems };
}
