/** What services refer to must exist, must not contradict itself and must not go in circles. */
import type { ComposeProject, ComposeService } from '../model';
import { invalidCompose } from '../source/failure';
import type { MapNode, Origin } from '../source/tree';
import { locate, locateItem } from './locate';
import { buildSecrets } from './selection';

/** `all` still holds the services of inactive profiles. Throws INVALID_COMPOSE. */
export function checkReferences(project: ComposeProject, all: ComposeProject, tree: MapNode): void {
  for (const service of Object.values(project.services)) {
    checkImage(service, tree);
    checkDependencies(service, project, all, tree);
    checkNetworks(service, project, tree);
    checkFiles(service, project, tree);
  }
  for (const kind of ['secrets', 'configs'] as const) checkFileObjects(project, kind, tree);
  checkCircles(project, tree);
}

function fail(origin: Origin, detail: string): never {
  throw invalidCompose(origin, detail);
}

function checkImage({ name, image, build, unapplied }: ComposeService, tree: MapNode): void {
  if (image !== undefined || build !== undefined || unapplied?.provider !== undefined) return;
  fail(locate(tree, 'services', name), `services.${name} has neither an image nor a build.`);
}

function checkDependencies(
  service: ComposeService,
  project: ComposeProject,
  all: ComposeProject,
  tree: MapNode,
): void {
  for (const [other, { required }] of Object.entries(service.depends_on)) {
    if (other in project.services) continue;
    if (other in all.services && !required) {
      delete service.depends_on[other];
      continue;
    }
    const origin = dependencyOrigin(service.name, other, tree);
    if (!(other in all.services))
      fail(origin, `services.${service.name} depends on "${other}", which is not defined.`);
    const profiles = all.services[other]?.profiles?.join(', ');
    fail(
      origin,
      `services.${service.name} depends on "${other}", whose profile (${profiles}) is not active.`,
    );
  }
}

/** Dependencies can be implied by attributes other than depends_on. */
function dependencyOrigin(name: string, other: string, tree: MapNode): Origin {
  for (const attribute of [
    'depends_on',
    'network_mode',
    'ipc',
    'pid',
    'uts',
    'cgroup',
    'links',
    'volumes_from',
  ]) {
    const at = locate(tree, 'services', name, attribute, other);
    const words = at.file.text.slice(at.start, at.end);
    if (words === other || words === `"${other}"` || words === `'${other}'`) return at;
    if (words === attribute && attribute !== 'depends_on') return at;
  }
  return locate(tree, 'services', name);
}

function checkNetworks(service: ComposeService, project: ComposeProject, tree: MapNode): void {
  const { name, network_mode } = service;
  for (const network of Object.keys(service.networks)) {
    if (network in project.networks) continue;
    fail(
      locate(tree, 'services', name, 'networks', network),
      `services.${name} refers to the network "${network}", which is not defined.`,
    );
  }
  if (network_mode !== undefined && Object.keys(service.networks).length > 0) {
    fail(
      locate(tree, 'services', name, 'network_mode'),
      `services.${name} has both network_mode and networks; only one of them can hold.`,
    );
  }
}

function checkFiles(service: ComposeService, project: ComposeProject, tree: MapNode): void {
  const { name } = service;
  for (const { type, source } of service.volumes) {
    if (type !== 'volume' || source === undefined || source in project.volumes) continue;
    const origin = locateItem(tree, source, 'services', name, 'volumes');
    fail(origin, `services.${name} refers to the volume "${source}", which is not defined.`);
  }
  for (const kind of ['secrets', 'configs'] as const) {
    const missing = service[kind].find(({ source }) => !(source in project[kind]));
    if (!missing) continue;
    const origin = locateItem(tree, missing.source, 'services', name, kind);
    fail(
      origin,
      `services.${name} refers to the ${kind.slice(0, -1)} "${missing.source}", which is not defined.`,
    );
  }
  const secret = buildSecrets(service).find((source) => !(source in project.secrets));
  if (secret === undefined) return;
  const origin = locateItem(tree, secret, 'services', name, 'build', 'secrets');
  fail(origin, `services.${name}.build refers to the secret "${secret}", which is not defined.`);
}

function checkFileObjects(project: ComposeProject, kind: 'secrets' | 'configs', tree: MapNode): void {
  for (const [name, { file, environment, content, external, driver }] of Object.entries(project[kind])) {
    if (external || driver !== undefined) continue;
    const sources = [file, environment, content].filter((source) => source !== undefined).length;
    if (sources === 1) continue;
    const forms = kind === 'configs' ? 'file, environment or content' : 'file or environment';
    fail(locate(tree, kind, name), `${kind}.${name} needs exactly one of ${forms}, or external.`);
  }
}

function checkCircles(project: ComposeProject, tree: MapNode): void {
  const done = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    if (done.has(name)) return;
    const start = path.indexOf(name);
    if (start !== -1) {
      const circle = [...path.slice(start), name].join(' → ');
      const origin = dependencyOrigin(path.at(-1) ?? name, name, tree);
      fail(origin, `Services depend on each other in a circle: ${circle}.`);
    }
    for (const other of Object.keys(project.services[name]?.depends_on ?? {})) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(project.services)) visit(name, []);
}
