/** Labels on everything the console makes. Compose's own come first: `docker compose ls` and `ps` read them. */
export const COMPOSE = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  configHash: 'com.docker.compose.config-hash',
  workingDirectory: 'com.docker.compose.project.working_dir',
  configFiles: 'com.docker.compose.project.config_files',
  dependsOn: 'com.docker.compose.depends_on',
  version: 'com.docker.compose.version',
  image: 'com.docker.compose.image',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
} as const;

/** The release whose label conventions are followed; its commands accept them. */
export const COMPOSE_LABEL_VERSION = '2.26.1';

export const OWN = {
  configHash: 'com.bizosaas.config-hash',
  definition: 'com.bizosaas.definition',
  /** Journal id of the apply that made the object: what undo may remove. */
  apply: 'com.bizosaas.apply',
  /** Network name → id at creation, so that a network made anew under the same name is noticed. */
  networks: 'com.bizosaas.networks',
  lock: 'com.bizosaas.lock',
  /** On images: digest of all that went into the build. */
  buildDigest: 'com.bizosaas.build-digest',
} as const;

const NEW_SUFFIX = '.bizosaas-new';
const OLD_SUFFIX = '.bizosaas-old';

export function newName(name: string): string {
  return `${name}${NEW_SUFFIX}`;
}

export function oldName(name: string): string {
  return `${name}${OLD_SUFFIX}`;
}

/** Names of passage exist only while an apply replaces a container. */
export function transientKind(name: string): 'new' | 'old' | null {
  if (name.endsWith(NEW_SUFFIX)) return 'new';
  return name.endsWith(OLD_SUFFIX) ? 'old' : null;
}

export function finalName(name: string): string {
  return transientKind(name) === null ? name : name.slice(0, name.lastIndexOf('.bizosaas-'));
}
