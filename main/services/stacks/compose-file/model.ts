/**
 * The canonical Compose model: what `docker compose config --format json` would print for the
 * same files, with numbers where a number is meant. Long syntax only, every path absolute, every
 * variable resolved, profiles applied. Durations are milliseconds, sizes bytes.
 */

export interface ComposeProject {
  name: string;
  /** Absolute directory that relative paths refer to. */
  directory: string;
  /** Absolute paths of the files, in merge order. */
  files: string[];
  services: Record<string, ComposeService>;
  /** Services in the files that take no part because none of their profiles is active; left out when there are none. */
  inactive?: string[];
  networks: Record<string, ComposeNetwork>;
  volumes: Record<string, ComposeVolume>;
  secrets: Record<string, ComposeFileObject>;
  configs: Record<string, ComposeFileObject>;
  /** Project-level `x-…` values by full key. */
  extensions: Record<string, unknown>;
}

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface ComposeService {
  name: string;
  image?: string;
  build?: ComposeBuild;
  command?: string[];
  entrypoint?: string[];
  container_name?: string;
  hostname?: string;
  domainname?: string;
  user?: string;
  working_dir?: string;
  platform?: string;
  pull_policy?: string;
  /** A null value means: taken from the environment and not set there. */
  environment: Record<string, string | null>;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  expose?: string[];
  ports: ComposePort[];
  volumes: ComposeMount[];
  tmpfs?: string[];
  networks: Record<string, ComposeServiceNetwork>;
  network_mode?: string;
  depends_on: Record<string, { condition: DependencyCondition; required: boolean; restart: boolean }>;
  healthcheck?: ComposeHealthcheck;
  restart?: string;
  stop_signal?: string;
  stop_grace_period?: number;
  secrets: ComposeFileReference[];
  configs: ComposeFileReference[];
  deploy?: ComposeDeploy;
  cpus?: number;
  cpu_shares?: number;
  cpu_quota?: number;
  cpu_period?: number;
  cpuset?: string;
  mem_limit?: number;
  mem_reservation?: number;
  memswap_limit?: number;
  mem_swappiness?: number;
  oom_kill_disable?: boolean;
  oom_score_adj?: number;
  pids_limit?: number;
  shm_size?: number;
  ulimits?: Record<string, { soft: number; hard: number }>;
  cap_add?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  privileged?: boolean;
  read_only?: boolean;
  init?: boolean;
  tty?: boolean;
  stdin_open?: boolean;
  ipc?: string;
  pid?: string;
  userns_mode?: string;
  uts?: string;
  cgroup?: string;
  cgroup_parent?: string;
  devices?: { source: string; target: string; permissions: string }[];
  device_cgroup_rules?: string[];
  dns?: string[];
  dns_opt?: string[];
  dns_search?: string[];
  /** `name=address` each. */
  extra_hosts?: string[];
  group_add?: string[];
  sysctls?: Record<string, string>;
  logging?: { driver?: string; options?: Record<string, string> };
  runtime?: string;
  isolation?: string;
  profiles?: string[];
  scale?: number;
  mac_address?: string;
  /** Attributes of `unappliedServiceAttributes` as the file says them; printed by `config`, nothing else. */
  unapplied?: Record<string, unknown>;
  /** `x-…` values by full key. */
  extensions: Record<string, unknown>;
}

export interface ComposeBuild {
  context: string;
  dockerfile?: string;
  dockerfile_inline?: string;
  args?: Record<string, string | null>;
  target?: string;
  labels?: Record<string, string>;
  cache_from?: string[];
  no_cache?: boolean;
  pull?: boolean;
  network?: string;
  extra_hosts?: string[];
  shm_size?: number;
  platforms?: string[];
  tags?: string[];
  [other: string]: unknown;
}

export interface ComposePort {
  target: number;
  /** A port or a range such as `8000-8010`; absent means the engine chooses. */
  published?: string;
  host_ip?: string;
  protocol: string;
  mode: string;
  name?: string;
  app_protocol?: string;
}

export interface ComposeMount {
  type: 'volume' | 'bind' | 'tmpfs' | 'npipe' | 'cluster' | 'image';
  source?: string;
  target: string;
  read_only?: boolean;
  consistency?: string;
  bind?: { propagation?: string; create_host_path?: boolean; selinux?: string };
  volume?: { nocopy?: boolean; subpath?: string };
  tmpfs?: { size?: number; mode?: number };
}

export interface ComposeServiceNetwork {
  aliases?: string[];
  ipv4_address?: string;
  ipv6_address?: string;
  link_local_ips?: string[];
  mac_address?: string;
  driver_opts?: Record<string, string>;
  priority?: number;
}

export interface ComposeHealthcheck {
  disable?: boolean;
  test?: string[];
  interval?: number;
  timeout?: number;
  retries?: number;
  start_period?: number;
  start_interval?: number;
}

export interface ComposeDeploy {
  mode?: string;
  replicas?: number;
  labels?: Record<string, string>;
  resources?: {
    limits?: { cpus?: number; memory?: number; pids?: number };
    reservations?: { cpus?: number; memory?: number; [other: string]: unknown };
  };
  restart_policy?: { condition?: string; delay?: number; max_attempts?: number; window?: number };
  [other: string]: unknown;
}

export interface ComposeFileReference {
  source: string;
  target?: string;
  uid?: string;
  gid?: string;
  mode?: number;
}

export interface ComposeNetwork {
  name: string;
  driver?: string;
  driver_opts?: Record<string, string>;
  internal?: boolean;
  attachable?: boolean;
  enable_ipv6?: boolean;
  external?: boolean;
  labels?: Record<string, string>;
  ipam?: {
    driver?: string;
    config?: {
      subnet?: string;
      gateway?: string;
      ip_range?: string;
      aux_addresses?: Record<string, string>;
    }[];
    options?: Record<string, string>;
  };
  extensions: Record<string, unknown>;
}

export interface ComposeVolume {
  name: string;
  driver?: string;
  driver_opts?: Record<string, string>;
  external?: boolean;
  labels?: Record<string, string>;
  extensions: Record<string, unknown>;
}

export interface ComposeFileObject {
  name: string;
  /** Exactly one of file, environment, content or external. */
  file?: string;
  environment?: string;
  content?: string;
  external?: boolean;
  driver?: string;
  driver_opts?: Record<string, string>;
  template_driver?: string;
  labels?: Record<string, string>;
  extensions: Record<string, unknown>;
}

/** A place in a file the reader can jump to. */
export interface SourcePlace {
  file: string;
  line: number;
  column: number;
}

export interface ComposeWarning extends SourcePlace {
  /** Dotted path, e.g. `services.web.blkio_config`. */
  path: string;
  message: string;
}

export interface LoadedCompose {
  project: ComposeProject;
  /** Attributes that are read but not applied, unset variables, deprecated keys. */
  warnings: ComposeWarning[];
  /** Every `${…}` the files mention. */
  variables: {
    name: string;
    required: boolean;
    hasDefault: boolean;
    value: string | null;
    place: SourcePlace;
  }[];
}

export interface LoadOptions {
  files: string[];
  projectName?: string;
  projectDirectory?: string;
  profiles?: string[];
  /** Wins over `.env`. Usually process.env. */
  environment: Record<string, string | undefined>;
  envFiles?: string[];
}
