/** What is and what is not applied inside `build`, `deploy` and other attributes that are applied. */
import type { ScalarValue } from './source/tree';

export interface UnappliedAttribute {
  /** Dotted; `*` stands for every item of a list and every entry of a map. */
  path: string;
  /** The end of a sentence. */
  why: string;
  /** A scalar that asks for nothing but what is done anyway. */
  unless?: (value: ScalarValue) => boolean;
}

export const appliedBuildAttributes: ReadonlySet<string> = new Set([
  'args',
  'context',
  'dockerfile',
  'dockerfile_inline',
  'extra_hosts',
  'labels',
  'network',
  'no_cache',
  'pull',
  'shm_size',
  'tags',
  'target',
]);

export const appliedDeployAttributes: ReadonlySet<string> = new Set([
  'replicas',
  'resources.limits.cpus',
  'resources.limits.memory',
  'resources.limits.pids',
  'resources.reservations.devices',
  'resources.reservations.memory',
  'restart_policy.condition',
  'restart_policy.max_attempts',
]);

const NO_SWARM = 'there is no swarm';
const is =
  (wanted: ScalarValue) =>
  (value: ScalarValue): boolean =>
    value === wanted;
const isNumeric = (value: ScalarValue): boolean => /^\d+$/.test(String(value));

/** Below one service. */
export const unappliedNestedAttributes: readonly UnappliedAttribute[] = [
  { path: 'build.additional_contexts', why: 'the builder is sent one context' },
  { path: 'build.cache_from', why: 'the builder uses the cache of its host alone' },
  { path: 'build.cache_to', why: 'the builder keeps its cache on its host' },
  { path: 'build.entitlements', why: 'a build is granted none' },
  { path: 'build.isolation', why: 'it exists on Windows engines only' },
  { path: 'build.platforms', why: 'the image is built for one platform, that of "platform" or of the host' },
  { path: 'build.privileged', why: 'builds run without privileges' },
  { path: 'build.secrets', why: 'no secret is handed to a build' },
  { path: 'build.ssh', why: 'no SSH agent is handed to a build' },
  { path: 'build.ulimits', why: 'the build runs with the limits of the engine' },
  { path: 'deploy.endpoint_mode', why: NO_SWARM },
  { path: 'deploy.labels', why: 'there is no swarm service to label' },
  {
    path: 'deploy.mode',
    why: 'there is one host, and as many containers run as "replicas" says',
    unless: is('replicated'),
  },
  { path: 'deploy.placement', why: 'there is one host' },
  { path: 'deploy.resources.reservations.cpus', why: 'the engine reserves no processors' },
  { path: 'deploy.resources.reservations.generic_resources', why: NO_SWARM },
  { path: 'deploy.restart_policy.delay', why: 'the engine chooses the pause before a restart by itself' },
  { path: 'deploy.restart_policy.window', why: 'the engine decides by itself when a start counts' },
  { path: 'deploy.rollback_config', why: NO_SWARM },
  { path: 'deploy.update_config', why: NO_SWARM },
  { path: 'ports.*.app_protocol', why: 'the engine forwards any protocol alike' },
  { path: 'ports.*.mode', why: `${NO_SWARM}; the port is published on the host`, unless: is('ingress') },
  { path: 'networks.*.gw_priority', why: 'the default route follows "priority"' },
  { path: 'networks.*.interface_name', why: 'the engine names the interface' },
  {
    path: 'secrets.*.uid',
    why: 'user names are not looked up; the file belongs to user 0',
    unless: isNumeric,
  },
  {
    path: 'secrets.*.gid',
    why: 'group names are not looked up; the file belongs to group 0',
    unless: isNumeric,
  },
  {
    path: 'configs.*.uid',
    why: 'user names are not looked up; the file belongs to user 0',
    unless: isNumeric,
  },
  {
    path: 'configs.*.gid',
    why: 'group names are not looked up; the file belongs to group 0',
    unless: isNumeric,
  },
  { path: 'volumes.*.bind.recursive', why: 'mounts below the path follow the default of the engine' },
  { path: 'volumes.*.volume.labels', why: 'labels belong to the volume in "volumes" of the project' },
  { path: 'volumes.*.image', why: 'nothing but the whole of an image is mounted' },
];

/** Below the project. */
export const unappliedProjectAttributes: readonly UnappliedAttribute[] = [
  { path: 'models', why: 'models are not provisioned' },
  { path: 'networks.*.enable_ipv4', why: 'networks have IPv4 addresses', unless: is(true) },
  ...[
    'secrets.*.driver',
    'secrets.*.driver_opts',
    'secrets.*.template_driver',
    'configs.*.template_driver',
  ].map((path) => ({ path, why: 'no driver is called' })),
  ...['secrets.*.labels', 'configs.*.labels'].map((path) => ({
    path,
    why: 'it is copied into containers, and no engine object carries labels',
  })),
];
