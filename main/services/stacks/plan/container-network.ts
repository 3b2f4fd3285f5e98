import { apiAtLeast } from '../../../words/api-version';
import type {
  ComposePort,
  ComposeProject,
  ComposeService,
  ComposeServiceNetwork,
} from '../compose-file/model';
import { compact } from './canonical';

export interface NetworkFacts {
  apiVersion: string;
  name: string;
  /** Container name of another service of the project, for `service:x` modes. */
  containerNameOf: (service: string) => string;
}

/** `service:x` in the engine's words; other modes pass through. */
export function namespaceMode(mode: string | undefined, facts: NetworkFacts): string | undefined {
  if (!mode?.startsWith('service:')) return mode;
  return `container:${facts.containerNameOf(mode.slice('service:'.length))}`;
}

/** Highest priority first: the first network gives the default route. */
export function attachedNetworks(project: ComposeProject, service: ComposeService): [string, string][] {
  if (service.network_mode !== undefined) return [];
  return Object.entries(service.networks)
    .sort(([, a], [, b]) => (b?.priority ?? 0) - (a?.priority ?? 0))
    .map(([key]) => [key, project.networks[key]?.name ?? key]);
}

export function networkMode(project: ComposeProject, service: ComposeService, facts: NetworkFacts): string {
  const [first] = attachedNetworks(project, service);
  return namespaceMode(service.network_mode, facts) ?? first?.[1] ?? 'none';
}

export function endpoints(
  project: ComposeProject,
  service: ComposeService,
  facts: NetworkFacts,
): Record<string, unknown> {
  const attached = attachedNetworks(project, service);
  return Object.fromEntries(
    attached.map(([key, name], index) => {
      const mac = index === 0 && apiAtLeast(facts.apiVersion, '1.44') ? service.mac_address : undefined;
      return [name, endpoint(service, service.networks[key] ?? {}, { name: facts.name, mac })];
    }),
  );
}

function endpoint(
  service: ComposeService,
  network: ComposeServiceNetwork,
  own: { name: string; mac: string | undefined },
): Record<string, unknown> {
  const addresses = compact({
    IPv4Address: network.ipv4_address,
    IPv6Address: network.ipv6_address,
    LinkLocalIPs: network.link_local_ips,
  });
  return compact({
    Aliases: [...new Set([own.name, service.name, ...(network.aliases ?? [])])],
    IPAMConfig: addresses,
    DriverOpts: network.driver_opts,
    MacAddress: network.mac_address ?? own.mac,
  });
}

export function exposedPorts(service: ComposeService): Record<string, unknown> {
  const published = service.ports.map(portKey);
  return Object.fromEntries(
    [...published, ...(service.expose ?? []).flatMap(exposeKeys)].map((key) => [key, {}]),
  );
}

/** `3000`, `3000/udp` or `3000-3005`. */
function exposeKeys(text: string): string[] {
  const [range = '', protocol = 'tcp'] = text.split('/');
  const [first = Number.NaN, last = first] = range.split('-').map(Number);
  if (!Number.isInteger(first) || !Number.isInteger(last) || last < first || last > 65_535) return [];
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${protocol}`);
}

function portKey(port: ComposePort): string {
  return `${port.target}/${port.protocol}`;
}

export function portBindings(service: ComposeService): Record<string, unknown> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of service.ports) {
    const list = bindings[portKey(port)] ?? [];
    bindings[portKey(port)] = [...list, { HostIp: port.host_ip ?? '', HostPort: port.published ?? '' }];
  }
  return bindings;
}
