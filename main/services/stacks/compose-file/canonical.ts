/** The model as the reference prints it: `docker compose config`, as an object and as YAML. */
import { stringify } from 'yaml';
import type {
  ComposeBuild,
  ComposeDeploy,
  ComposeFileReference,
  ComposeMount,
  ComposeProject,
  ComposeService,
} from './model';
import { formatDuration } from './source/quantities';

type Plain = Record<string, unknown>;

/** Means the same as `docker compose config --format json`; `$` is doubled so that it reads back as itself. */
export function canonicalJson(project: ComposeProject): Plain {
  const result = pruned({
    name: project.name,
    services: mapValues(project.services, plainService),
    networks: mapValues(project.networks, plainResource),
    volumes: mapValues(project.volumes, plainResource),
    secrets: mapValues(project.secrets, plainResource),
    configs: mapValues(project.configs, plainResource),
    ...project.extensions,
  });
  return escaped(result) as Plain;
}

/** YAML that reads back as the same project. */
export function formatCanonical(project: ComposeProject): string {
  return stringify(canonicalJson(project), { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' });
}

function mapValues<T>(values: Record<string, T>, change: (value: T) => unknown): Plain | undefined {
  const names = Object.keys(values).sort();
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, change(values[name] as T)]));
}

/** Leaves out what is not there; null stays, it means something. */
function pruned(values: Plain): Plain {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [escaped(name), escaped(item)]));
}

function plainResource({ extensions, ...resource }: { extensions: Plain }): Plain {
  return filled({ ...resource, ...extensions });
}

/** Without empty lists and maps. */
function filled(values: Plain): Plain {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

const durationText = (value: number | undefined) => (value === undefined ? undefined : formatDuration(value));
/** Counts are printed as text, as the reference does. */
const countText = (value: number | undefined) => (value === undefined ? undefined : String(value));

function plainService(service: ComposeService): Plain {
  const { name: _name, extensions, unapplied, command, entrypoint, ...rest } = service;
  const values = filled({
    ...rest,
    ...unapplied,
    build: rest.build && plainBuild(rest.build),
    deploy: rest.deploy && plainDeploy(rest.deploy),
    healthcheck: rest.healthcheck && plainHealthcheck(rest.healthcheck),
    networks: mapValues(rest.networks, (endpoint) => (isEmpty(endpoint) ? null : filled({ ...endpoint }))),
    depends_on: mapValues(rest.depends_on, ({ restart, ...edge }) => ({
      ...edge,
      ...(restart && { restart }),
    })),
    volumes: rest.volumes.map(plainMount),
    configs: rest.configs.map(plainConfig),
    ulimits:
      rest.ulimits && mapValues(rest.ulimits, ({ soft, hard }) => (soft === hard ? soft : { soft, hard })),
    stop_grace_period: durationText(rest.stop_grace_period),
    mem_limit: countText(rest.mem_limit),
    mem_reservation: countText(rest.mem_reservation),
    memswap_limit: countText(rest.memswap_limit),
    mem_swappiness: countText(rest.mem_swappiness),
    shm_size: countText(rest.shm_size),
    ...extensions,
  });
  // An empty command is not the same as none: it clears the image's.
  return { ...values, ...pruned({ command, entrypoint }) };
}

function plainBuild(build: ComposeBuild): Plain {
  return filled({ ...build, shm_size: countText(build.shm_size) });
}

function plainDeploy(deploy: ComposeDeploy): Plain {
  const { limits, reservations, ...resources } = deploy.resources ?? {};
  const policy = deploy.restart_policy;
  return filled({
    ...deploy,
    resources: filled({
      ...resources,
      limits: limits && filled({ ...limits, memory: countText(limits.memory) }),
      reservations: reservations && filled({ ...reservations, memory: countText(reservations.memory) }),
    }),
    restart_policy:
      policy && filled({ ...policy, delay: durationText(policy.delay), window: durationText(policy.window) }),
  });
}

function plainHealthcheck(healthcheck: NonNullable<ComposeService['healthcheck']>): Plain {
  const { interval, timeout, start_period, start_interval, ...rest } = healthcheck;
  return filled({
    ...rest,
    interval: durationText(interval),
    timeout: durationText(timeout),
    start_period: durationText(start_period),
    start_interval: durationText(start_interval),
  });
}

/** The reference names a config's target only when the file does. */
function plainConfig({ target, ...rest }: ComposeFileReference): Plain {
  return target === `/${rest.source}` ? rest : { ...rest, target };
}

function plainMount(mount: ComposeMount): Plain {
  const { bind, volume, tmpfs, ...rest } = mount;
  return filled({ ...rest, bind, volume, tmpfs: tmpfs && filled({ ...tmpfs, size: countText(tmpfs.size) }) });
}
