/** Images of this machine that a host behind SSH lacks: what could be delivered there instead of pulled or built. */
import type { DeliveryService } from '../../delivery/face';
import type { HostSession } from '../../hosts/host-session';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { imageIndex } from './image-index';
import { OWN } from './labels';
import type { ObservedProject } from './model';
import { imageReference, taggedReference } from './service-facts';

export type OfferImages = Pick<DeliveryService, 'offer'>;

/** Asks only for images that the host lacks or has from other sources. On a host of this machine there is nothing to offer. */
export async function observeOffers(
  session: HostSession,
  project: ComposeProject,
  observed: ObservedProject,
  { delivery, signal }: { delivery?: OfferImages | undefined; signal?: AbortSignal | undefined },
): Promise<ObservedProject> {
  if (delivery === undefined) return observed;
  const services = Object.values(project.services).filter((service) => isWanted(project, observed, service));
  const references = [...new Set(services.map((one) => taggedReference(imageReference(project, one))))];
  const found = await Promise.all(
    references.map(async (name) => [name, await delivery.offer(session, name, signal)] as const),
  );
  return {
    ...observed,
    offers: Object.fromEntries(found.flatMap(([name, offer]) => (offer ? [[name, offer]] : []))),
  };
}

function isWanted(project: ComposeProject, observed: ObservedProject, service: ComposeService): boolean {
  const id = imageIndex(observed.images)(imageReference(project, service));
  if (id === null) return true;
  const there = observed.images.find((image) => image.id === id);
  return (
    service.build !== undefined && !isOfSources(there?.labels ?? {}, observed.builds[service.name] ?? null)
  );
}

/** False only when the image says that it was built from other sources; one without the label was built by another tool. */
export function isOfSources(labels: Record<string, string>, wanted: string | null): boolean {
  const built = labels[OWN.buildDigest];
  return wanted === null || built === undefined || built === wanted;
}
