import { apiAtLeast } from '../../../words/api-version';
import type { ContainerCreateSpec } from '../../hosts/engine';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { canonicalJson, compact, digest } from './canonical';
import {
  endpoints,
  exposedPorts,
  type NetworkFacts,
  namespaceMode,
  networkMode,
  portBindings,
} from './container-network';
import { healthcheck, resources, restartPolicy } from './container-resources';
import { binds, mounts, tmpfs } from './container-storage';
import { definitionOf } from './definition';
import { COMPOSE, COMPOSE_LABEL_VERSION, OWN } from './labels';
import { imageReference, replicas } from './service-facts';

export interface SpecFacts extends NetworkFacts {
  number: number;
  /** Null while the image is still to be had; such a spec is for comparison only. */
  imageId: string | null;
  /** `secret:<name>` or `config:<name>` → digest of the content. */
  files: Record<string, string | null>;
  /** Container path → anonymous volume of the container that is replaced. */
  anonymousVolumes?: Record<string, string>;
  /** Labels that tell about this apply and are no part of the definition. */
  bookkeeping?: Record<string, string>;
}

/** A Compose service as the body of POST /containers/create, labels and hash included. Pure. */
export function containerSpec(
  project: ComposeProject,
  service: ComposeService,
  facts: SpecFacts,
): ContainerCreateSpec {
  const body = createBody(project, service, facts);
  const hash = configHash(project, service, facts);
  const labels = { ...service.labels, ...managedLabels(project, service, { ...facts, hash }) };
  const spec = { name: facts.name, body: { ...body, Labels: labels } };
  return service.platform === undefined ? spec : { ...spec, platform: service.platform };
}

/**
 * What tells one definition from another: the create body without bookkeeping labels, the image's
 * id and the content of secrets and configs. Anonymous volumes are the container's past, not its
 * definition.
 */
export function configHash(project: ComposeProject, service: ComposeService, facts: SpecFacts): string {
  const body = createBody(project, service, { ...facts, anonymousVolumes: {} });
  const references = [...service.secrets, ...service.configs].map((reference) => ({ ...reference }));
  return digest(
    canonicalJson({ body, image: facts.imageId, references, files: usedFiles(service, facts.files) }),
  );
}

export function usedFiles(
  service: ComposeService,
  files: Record<string, string | null>,
): Record<string, string | null> {
  const keys = [
    ...service.secrets.map(({ source }) => `secret:${source}`),
    ...service.configs.map(({ source }) => `config:${source}`),
  ];
  return Object.fromEntries(keys.map((key) => [key, files[key] ?? null]));
}

function managedLabels(
  project: ComposeProject,
  service: ComposeService,
  facts: SpecFacts & { hash: string },
): Record<string, string> {
  return {
    [COMPOSE.project]: project.name,
    [COMPOSE.service]: service.name,
    [COMPOSE.number]: String(facts.number),
    [COMPOSE.oneOff]: 'False',
    [COMPOSE.configHash]: facts.hash,
    [COMPOSE.workingDirectory]: project.directory,
    [COMPOSE.configFiles]: project.files.join(','),
    [COMPOSE.dependsOn]: dependsOnLabel(service),
    [COMPOSE.version]: COMPOSE_LABEL_VERSION,
    [COMPOSE.image]: facts.imageId ?? '',
    [OWN.configHash]: facts.hash,
    [OWN.definition]: canonicalJson(definitionOf(project, service, facts)),
    ...facts.bookkeeping,
  };
}

function dependsOnLabel(service: ComposeService): string {
  return Object.entries(service.depends_on)
    .map(([name, { condition, restart }]) => `${name}:${condition}:${restart}`)
    .join(',');
}

function createBody(
  project: ComposeProject,
  service: ComposeService,
  facts: SpecFacts,
): Record<string, unknown> {
  return compact({
    ...processConfig(service),
    Image: imageReference(project, service),
    Labels: service.labels,
    Healthcheck: healthcheck(service, facts.apiVersion),
    ExposedPorts: exposedPorts(service),
    MacAddress: apiAtLeast(facts.apiVersion, '1.44') ? undefined : service.mac_address,
    HostConfig: compact({
      ...resources(service),
      ...isolation(service, facts),
      ...surroundings(service),
      NetworkMode: networkMode(project, service, facts),
      PortBindings: portBindings(service),
      Binds: binds(service),
      Mounts: mounts(project, service, facts.anonymousVolumes ?? {}),
      Tmpfs: tmpfs(service),
      RestartPolicy: replicas(service) === 0 ? undefined : restartPolicy(service),
    }),
    NetworkingConfig: compact({ EndpointsConfig: endpoints(project, service, facts) }),
  });
}

function processConfig(service: ComposeService): Record<string, unknown> {
  return {
    Hostname: service.hostname,
    Domainname: service.domainname,
    User: service.user,
    // A null value means: not set anywhere. A name alone takes the image's own value away.
    Env: Object.entries(service.environment).map(([key, value]) =>
      value === null ? key : `${key}=${value}`,
    ),
    Cmd: service.command,
    Entrypoint: service.entrypoint,
    WorkingDir: service.working_dir,
    Tty: service.tty,
    OpenStdin: service.stdin_open,
    StopSignal: service.stop_signal,
    StopTimeout:
      service.stop_grace_period === undefined ? undefined : Math.ceil(service.stop_grace_period / 1000),
  };
}

function isolation(service: ComposeService, facts: SpecFacts): Record<string, unknown> {
  return {
    CapAdd: service.cap_add,
    CapDrop: service.cap_drop,
    SecurityOpt: service.security_opt,
    Privileged: service.privileged,
    ReadonlyRootfs: service.read_only,
    IpcMode: namespaceMode(service.ipc, facts),
    PidMode: namespaceMode(service.pid, facts),
    UsernsMode: service.userns_mode,
    UTSMode: service.uts,
    CgroupnsMode: service.cgroup,
    CgroupParent: service.cgroup_parent,
    GroupAdd: service.group_add,
    Runtime: service.runtime,
    Isolation: service.isolation,
    Annotations: apiAtLeast(facts.apiVersion, '1.43') ? service.annotations : undefined,
  };
}

function surroundings(service: ComposeService): Record<string, unknown> {
  return {
    Init: service.init,
    Dns: service.dns,
    DnsOptions: service.dns_opt,
    DnsSearch: service.dns_search,
    // Compose writes `name=address`, the engine `name:address`.
    ExtraHosts: service.extra_hosts?.map((entry) => entry.replace('=', ':')),
    Sysctls: service.sysctls,
    LogConfig:
      service.logging && compact({ Type: service.logging.driver ?? '', Config: service.logging.options }),
    Devices: service.devices?.map((device) => ({
      PathOnHost: device.source,
      PathInContainer: device.target,
      CgroupPermissions: device.permissions,
    })),
    DeviceCgroupRules: service.device_cgroup_rules,
  };
}
