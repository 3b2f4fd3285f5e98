import type { DeliveryOffer } from '../../delivery/face';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { canonicalJson } from './canonical';
import { attachedNetworks } from './container-network';
import { mountedVolumes } from './container-storage';
import { type ContainerContext, decideService, spread } from './decide-containers';
import { decideNetworks, decideVolumes } from './decide-objects';
import { imageIndex } from './image-index';
import type {
  BaseDecision,
  ContainerDecision,
  Decisions,
  ImageDecision,
  ObservedContainer,
  ObservedProject,
  PlanOptions,
  RemovalDecision,
} from './model';
import { isOfSources } from './offers';
import { closure, imageReference, replicas, taggedReference } from './service-facts';

const NOT_COMPARED =
  'The image is on the host; its build context is too large to compare (over 50 MB or 5,000 files).';

/** Everything an apply would do, from the definition and what was observed. Pure. */
export function decide(project: ComposeProject, observed: ObservedProject, options: PlanOptions): Decisions {
  const services = closure(project, options.services);
  const chosen = services.flatMap((name) => project.services[name] ?? []);
  const networks = decideNetworks(project, observed, usedNetworks(project, chosen));
  const context: ContainerContext = { project, observed, networks, imageId: imageIndex(observed.images) };
  const asObserved = spread(
    project,
    chosen.flatMap((service) => decideService(context, service)),
  );
  const images = decideImages(context, chosen, asObserved);
  const containers = spread(project, withNewImages(asObserved, images));
  return {
    services,
    networks,
    volumes: decideVolumes(project, observed, usedVolumes(project, chosen)),
    bases: decideBases(context, images),
    images,
    containers,
    removals: decideRemovals(project, observed, { services, removeOrphans: options.removeOrphans ?? false }),
    warnings: options.warnings,
  };
}

function usedNetworks(project: ComposeProject, services: ComposeService[]): string[] {
  return [...new Set(services.flatMap((service) => attachedNetworks(project, service).map(([key]) => key)))];
}

function usedVolumes(project: ComposeProject, services: ComposeService[]): string[] {
  return [...new Set(services.flatMap((service) => mountedVolumes(project, service)))];
}

/** A container keeps neither its image nor itself when the image is built from changed sources. */
function withNewImages(containers: ContainerDecision[], images: ImageDecision[]): ContainerDecision[] {
  const outdated = new Set(images.filter((image) => image.outdated).flatMap(({ services }) => services));
  return containers.map((decision) => {
    const stays = decision.existing !== null && decision.action !== 'recreate';
    if (!stays || !outdated.has(decision.service)) return decision;
    return { ...decision, action: 'recreate', reason: 'Its image is built anew.' };
  });
}

/** Services with the same build share one, and who runs from its result without a build waits for it. */
function decideImages(
  context: ContainerContext,
  services: ComposeService[],
  containers: ContainerDecision[],
): ImageDecision[] {
  const keyOf = imageKeys(context.project);
  const groups = new Map<string, ComposeService[]>();
  for (const service of services) {
    const key = keyOf(service);
    groups.set(key, [...(groups.get(key) ?? []), service]);
  }
  const creating = new Set(
    containers
      .filter(({ action }) => action === 'create' || action === 'recreate')
      .map(({ service }) => service),
  );
  return [...groups.values()].flatMap((group) => decideImage(context, buildersFirst(group), creating));
}

function buildersFirst(group: ComposeService[]): ComposeService[] {
  const builds = ({ build }: ComposeService): boolean => build !== undefined;
  return [...group.filter(builds), ...group.filter((service) => !builds(service))];
}

function imageKeys(project: ComposeProject): (service: ComposeService) => string {
  const buildOf = ({ build }: ComposeService): string => canonicalJson(build);
  const builders = new Map(
    Object.values(project.services)
      .filter(({ build }) => build !== undefined)
      .map((service) => [imageKey(project, service), buildOf(service)] as const),
  );
  return (service) => {
    if (service.build !== undefined) return buildOf(service);
    const key = imageKey(project, service);
    return builders.get(key) ?? key;
  };
}

function imageKey(project: ComposeProject, service: ComposeService): string {
  return `${taggedReference(imageReference(project, service))} ${service.platform ?? ''}`;
}

function decideImage(
  context: ContainerContext,
  group: ComposeService[],
  creating: Set<string>,
): ImageDecision[] {
  const [first] = group;
  if (first === undefined) return [];
  const { project, imageId } = context;
  const references = [...new Set(group.map((service) => taggedReference(imageReference(project, service))))];
  const about = {
    reference: references[0] ?? '',
    services: group.map(({ name }) => name),
    tags: [...new Set([...references, ...(first.build?.tags ?? [])])],
  };
  const absent = references.some((reference) => imageId(reference) === null);
  const offer = offerFor(context, first, about.reference);
  if (!absent && isOutdated(context, first, about.reference)) {
    const reason = 'The build context changed.';
    return [
      { ...about, ...(offer ? delivered(offer, reason) : { action: 'build', reason }), outdated: true },
    ];
  }
  const needed = absent && group.some(({ name }) => creating.has(name));
  const verdict = imageVerdict(first, { needed, absent, offer });
  const unknown = verdict.action === 'have' && !absent && context.observed.builds[first.name] === null;
  return [{ ...about, ...verdict, ...(unknown ? { reason: NOT_COMPARED } : {}), outdated: false }];
}

/** Not one that was built from other sources than those at hand. */
function offerFor(
  { observed }: ContainerContext,
  service: ComposeService,
  reference: string,
): DeliveryOffer | null {
  const offer = observed.offers?.[reference];
  if (offer === undefined || service.pull_policy === 'build') return null;
  return isOfSources(offer.labels, observed.builds[service.name] ?? null) ? offer : null;
}

function delivered({ from }: DeliveryOffer, why: string): Pick<ImageDecision, 'action' | 'reason'> {
  return { action: 'deliver', reason: `${why} It is delivered from this machine (${from}).` };
}

function isOutdated(
  { observed, imageId }: ContainerContext,
  service: ComposeService,
  reference: string,
): boolean {
  const wanted = observed.builds[service.name] ?? null;
  const image = observed.images.find(({ id }) => id === imageId(reference));
  return !isOfSources(image?.labels ?? {}, wanted);
}

function imageVerdict(
  service: ComposeService,
  { needed, absent, offer }: { needed: boolean; absent: boolean; offer: DeliveryOffer | null },
): Pick<ImageDecision, 'action' | 'reason' | 'offered'> {
  const build = service.build !== undefined;
  const policy = service.pull_policy;
  if (build && policy === 'build')
    return { action: 'build', reason: 'pull_policy asks for a build each time.' };
  if (policy === 'always' && !build)
    return { action: 'pull', reason: 'pull_policy asks for the newest image each time.' };
  if (!needed)
    return {
      action: 'have',
      reason: absent ? 'The tag is gone; its container runs on.' : 'The image is on the host.',
    };
  if (offer && (build || policy === 'never')) return delivered(offer, 'The image is not on the host.');
  if (build) return { action: 'build', reason: 'The image is not on the host and is built.' };
  if (policy === 'never')
    return { action: 'absent', reason: 'The image is not on the host, and pull_policy forbids to pull it.' };
  const reason = 'The image is not on the host.';
  return offer ? { action: 'pull', reason, offered: true } : { action: 'pull', reason };
}

/** Bases that a build of this plan needs and the host lacks. */
function decideBases({ observed, imageId }: ContainerContext, images: ImageDecision[]): BaseDecision[] {
  const builds = images.filter(({ action }) => action === 'build');
  const needed = new Map<string, BaseDecision>();
  for (const service of builds.flatMap(({ services }) => services)) {
    for (const { base, script } of observed.bases[service] ?? []) {
      if (imageId(base) !== null) continue;
      const services = [...(needed.get(base)?.services ?? []), service];
      const reason = `Base of ${services.join(', ')} is not on the host; it is made by ${script} unless a registry gives it.`;
      needed.set(base, { base, script, services, reason });
    }
  }
  return [...needed.values()];
}

function decideRemovals(
  project: ComposeProject,
  observed: ObservedProject,
  options: { services: string[]; removeOrphans: boolean },
): RemovalDecision[] {
  return observed.containers.flatMap((container) => {
    const service = project.services[container.service];
    if (project.inactive?.includes(container.service)) return [inactive(container)];
    if (service === undefined) return [orphan(container, options.removeOrphans)];
    if (!options.services.includes(service.name)) return [];
    return surplus(service, container, observed.containers);
  });
}

function orphan(container: ObservedContainer, remove: boolean): RemovalDecision {
  const where = `Service ${container.service || container.name} is no longer in the file`;
  const reason = remove ? `${where}.` : `${where}; its container is left alone.`;
  return { container, remove, orphan: true, reason };
}

/** Still in the file, so no orphan: who leaves a profile out does not give up what runs for it. */
function inactive(container: ObservedContainer): RemovalDecision {
  const reason = `No profile of service ${container.service} is active; its container is left alone.`;
  return { container, remove: false, reason };
}

function surplus(
  service: ComposeService,
  container: ObservedContainer,
  all: ObservedContainer[],
): RemovalDecision[] {
  if (container.transient !== null) return leftover(container, all);
  const wanted = replicas(service);
  if (container.number <= wanted) return [];
  return [
    {
      container,
      remove: true,
      reason: `The service runs ${wanted} ${wanted === 1 ? 'replica' : 'replicas'} now.`,
    },
  ];
}

/** What an interrupted apply left: the new one never started, the old one was replaced. */
function leftover(container: ObservedContainer, all: ObservedContainer[]): RemovalDecision[] {
  const settled = all.some(
    (other) =>
      other.transient === null && other.service === container.service && other.number === container.number,
  );
  if (container.transient === 'old' && !settled) return [];
  return [{ container, remove: true, reason: 'Left behind by an interrupted apply.' }];
}
