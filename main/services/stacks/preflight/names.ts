import { BlockList, isIPv6 } from 'node:net';
import type { Check } from '../../../../preload/contract';
import { plural } from '../../../words/quantities';
import type { ContainerSummary, NetworkSummary } from '../../hosts/engine';
import type { ComposeNetwork, ComposeProject } from '../compose-file/model';
import { COMPOSE } from '../plan/labels';
import { containerName, replicas } from '../plan/service-facts';
import { fail, pass, type Subject, warn } from './check';
import type { PreflightContext } from './context';

export interface WantedName {
  service: string;
  name: string;
}

/** Explicit names and the ones Compose derives, `<project>-<service>-<number>`. */
export function wantedNames(project: ComposeProject): WantedName[] {
  return Object.values(project.services).flatMap((service) =>
    Array.from({ length: replicas(service) }, (_, index) => ({
      service: service.name,
      name: containerName(project, service, index + 1),
    })),
  );
}

export function judgeNames(wanted: WantedName[], containers: ContainerSummary[], project: string): Check[] {
  const byName = new Map(containers.map((container) => [container.name, container]));
  const conflicts = wanted.flatMap((want) => {
    const holder = byName.get(want.name);
    if (holder === undefined || holder.labels[COMPOSE.project] === project) return [];
    return [judgeHolder(want, holder)];
  });
  const repeated = wanted.filter(
    (want, index) => wanted.findIndex((other) => other.name === want.name) < index,
  );
  const all = [...conflicts, ...repeated.map((want) => judgeRepeated(want, wanted))];
  if (all.length > 0) return all;
  const subject = { id: 'names', group: 'names', title: 'Container names' } as const;
  return [pass(subject, `${plural(wanted.length, 'name')} free or held by this project's own containers.`)];
}

function nameSubject(name: string, services: string[]): Subject {
  return { id: `name:${name}`, group: 'names', title: `Container name ${name}`, services };
}

function judgeHolder(want: WantedName, holder: ContainerSummary): Check {
  const owner = holder.labels[COMPOSE.project];
  const belonging = owner === undefined ? 'belongs to no project' : `belongs to project ${owner}`;
  return fail(
    nameSubject(want.name, [want.service]),
    `A container of that name exists (${holder.state}, image ${holder.image}) and ${belonging}.`,
    `Rename it with: docker rename ${want.name} ${want.name}-old. Or remove it when its data is not needed. ${want.service} is left out until then.`,
  );
}

function judgeRepeated(want: WantedName, wanted: WantedName[]): Check {
  const services = wanted.filter((other) => other.name === want.name).map((other) => other.service);
  return fail(
    nameSubject(want.name, [...new Set(services)]),
    'The file gives this name to more than one container.',
    'Give each its own container_name. They are left out until then.',
  );
}

/** Services that attach to a network of the file. */
function attached(project: ComposeProject, network: string): string[] {
  return Object.values(project.services)
    .filter((service) => service.network_mode === undefined && network in service.networks)
    .map((service) => service.name);
}

export function judgeNetwork(
  key: string,
  network: ComposeNetwork,
  existing: NetworkSummary[],
  project: ComposeProject,
): Check[] {
  const services = attached(project, key);
  const subject: Subject = {
    id: `network:${network.name}`,
    group: 'names',
    title: `Network ${network.name}`,
    services,
  };
  const found = existing.find((other) => other.name === network.name);
  if (network.external === true) return [judgeExternal(subject, found)];
  const overlap = judgeSubnets(subject, network, existing);
  if (overlap !== null) return [overlap];
  return [judgeOwn(subject, { key, network, project: project.name }, found)];
}

function judgeExternal(subject: Subject, found: NetworkSummary | undefined): Check {
  if (found !== undefined) return pass(subject, `External network, present (driver ${found.driver}).`);
  const name = subject.id.slice('network:'.length);
  return fail(
    subject,
    'The file declares it external, and it does not exist.',
    `Create it with: docker network create ${name}. The services on it are left out until then.`,
  );
}

function judgeOwn(
  subject: Subject,
  want: { key: string; network: ComposeNetwork; project: string },
  found: NetworkSummary | undefined,
): Check {
  if (found === undefined) return pass(subject, 'Will be created.');
  const owner = found.labels[COMPOSE.project];
  const isOwn = owner === want.project && found.labels[COMPOSE.network] === want.key;
  if (!isOwn) {
    const belonging = owner === undefined ? 'belongs to no project' : `belongs to project ${owner}`;
    return fail(
      subject,
      `A network of that name exists and ${belonging}.`,
      `Give the network another name in the file, declare it external, or remove it with: docker network rm ${found.name}.`,
    );
  }
  const driver = want.network.driver ?? found.driver;
  if (driver === found.driver)
    return pass(subject, `Present, made for this project (driver ${found.driver}).`);
  return warn(
    subject,
    `Present with driver ${found.driver}, the file asks for ${driver}.`,
    'It is made anew, which stops the containers on it for a moment.',
  );
}

function judgeSubnets(subject: Subject, network: ComposeNetwork, existing: NetworkSummary[]): Check | null {
  const wanted = (network.ipam?.config ?? []).flatMap((config) =>
    config.subnet === undefined ? [] : [config.subnet],
  );
  for (const other of existing.filter((candidate) => candidate.name !== network.name)) {
    for (const subnet of other.subnets) {
      const clash = wanted.find((want) => subnetsOverlap(want, subnet));
      if (clash === undefined) continue;
      const evidence = `Its subnet ${clash} overlaps ${subnet} of network ${other.name}.`;
      return fail(subject, evidence, 'Choose another subnet in the file, or leave the choice to the engine.');
    }
  }
  return null;
}

function contains(outer: string, inner: string): boolean {
  const [address = '', prefix = ''] = outer.split('/');
  const [other = ''] = inner.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (isIPv6(other) !== (family === 'ipv6')) return false;
  try {
    const block = new BlockList();
    block.addSubnet(address, Number(prefix), family);
    return block.check(other, family);
  } catch {
    return false;
  }
}

/** Two blocks overlap exactly when one holds the other's first address. A malformed one overlaps nothing. */
export function subnetsOverlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

export async function checkNames(context: PreflightContext): Promise<Check[]> {
  return judgeNames(wantedNames(context.project), await context.containers(), context.project.name);
}

export async function checkNetworks(context: PreflightContext): Promise<Check[]> {
  const existing = await context.networks();
  return Object.entries(context.project.networks).flatMap(([key, network]) =>
    judgeNetwork(key, network, existing, context.project),
  );
}
