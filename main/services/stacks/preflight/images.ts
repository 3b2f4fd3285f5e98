import type { Check, ImageWay } from '../../../../preload/contract';
import { formatBytes } from '../../../words/quantities';
import type { DeliveryOffer } from '../../delivery/face';
import type { ImageSummary } from '../../hosts/engine';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { isOfSources } from '../plan/offers';
import { imageReference, taggedReference } from '../plan/service-facts';
import { type BuildFacts, observeBuild } from './buildable';
import { fail, pass, type Subject, warn } from './check';
import type { PreflightContext, RegistryAnswer } from './context';
import { askRegistry, findImage, offerOf } from './registry';
import { age } from './words';

/** One image that services need, and how they come by it. */
export interface WantedImage {
  reference: string;
  services: string[];
  /** A service that builds it; null when it can only be pulled. */
  builder: ComposeService | null;
  pullPolicy: string;
}

export function wantedImages(project: ComposeProject): WantedImage[] {
  const wanted = new Map<string, WantedImage>();
  for (const service of Object.values(project.services)) {
    const reference = imageReference(project, service);
    const entry = wanted.get(reference) ?? { reference, services: [], builder: null, pullPolicy: 'missing' };
    entry.services.push(service.name);
    if (service.build !== undefined) entry.builder ??= service;
    if (service.pull_policy !== undefined) entry.pullPolicy = service.pull_policy;
    wanted.set(reference, entry);
  }
  return [...wanted.values()];
}

export interface ImageFacts {
  present: ImageSummary | null;
  build: BuildFacts | null;
  registry: RegistryAnswer | null;
  /** This machine's image, where it is what gets there. */
  offer?: DeliveryOffer | null;
  /** A pull would sign in with credentials of this machine. */
  signsIn?: boolean;
}

export function judgeImage(wanted: WantedImage, facts: ImageFacts, now: number): Check {
  const subject: Subject = {
    id: `image:${wanted.reference}`,
    group: 'images',
    title: `Image ${wanted.reference}`,
    services: wanted.services,
  };
  if (facts.offer) return pass(subject, deliveryEvidence(wanted, facts, facts.offer));
  if (facts.build !== null) return judgeBuild(subject, facts.build);
  if (facts.present !== null) {
    const { createdAt, sizeBytes } = facts.present;
    return pass(subject, `Present, ${formatBytes(sizeBytes)}, ${age(createdAt, now)}.`);
  }
  return judgeRegistry(subject, facts);
}

function deliveryEvidence(
  { builder }: WantedImage,
  { registry, present }: ImageFacts,
  offer: DeliveryOffer,
): string {
  const { from, sizeBytes, missingBytes } = offer;
  const why =
    registry !== null && registry.kind !== 'pullable'
      ? `the host cannot pull it (${registry.detail})`
      : builder === null
        ? 'pull_policy forbids pulling'
        : 'it is built here already';
  const seen = present === null ? 'Not present' : 'Present, from other sources';
  const bytes =
    missingBytes === null
      ? formatBytes(sizeBytes)
      : `${formatBytes(missingBytes)} of ${formatBytes(sizeBytes)} are missing on the host`;
  return `${seen}; delivered from this machine (${from}), as ${why}: ${bytes}.`;
}

function judgeRegistry(subject: Subject, { registry, signsIn = false }: ImageFacts): Check {
  const left = 'The services that need it are left out; the others go on.';
  if (registry === null) {
    return fail(
      subject,
      'Not present, and pull_policy forbids pulling.',
      `Load or build it on the host. ${left}`,
    );
  }
  if (registry.kind === 'pullable') {
    const login = signsIn
      ? ' The pull signs in with the credentials of this machine; nothing is stored on the host.'
      : '';
    return pass(subject, `Not present; the registry offers it.${login}`);
  }
  if (registry.kind === 'silent') {
    return warn(
      subject,
      `Not present; the registry gave ${registry.detail}.`,
      'The pull is tried all the same. Check the way from the host to the registry.',
    );
  }
  return fail(
    subject,
    `Not present and cannot be pulled: ${registry.detail}`,
    `Check the name and tag, sign in to the registry, or load the image on the host. ${left}`,
  );
}

function judgeBuild(subject: Subject, build: BuildFacts): Check {
  const left = 'The services that need it are left out; the others go on.';
  if (build.problem !== null) return fail(subject, build.problem.evidence, `${build.problem.advice} ${left}`);
  if (build.doubt !== null) return warn(subject, build.doubt, 'The build is tried all the same.');
  return pass(subject, `Not present; will be built from ${build.source}. ${build.bases}`.trim());
}

/** Built here beats building there; there is no faster way to the same image. */
async function observe(context: PreflightContext, wanted: WantedImage): Promise<ImageFacts> {
  const images = await context.images();
  const present = findImage(wanted.reference, images) ?? null;
  const { builder, pullPolicy, reference } = wanted;
  const nothing = { present, build: null, registry: null };
  if (builder !== null && (present === null || pullPolicy === 'build')) {
    const offer = pullPolicy === 'build' ? null : await freshOffer(context, wanted, builder);
    if (offer !== null) return { ...nothing, offer };
    return { ...nothing, build: await observeBuild(context, builder, (name) => askRegistry(context, name)) };
  }
  if (present !== null) return nothing;
  if (pullPolicy === 'never') return { ...nothing, offer: await offerOf(context, reference) };
  return { ...nothing, ...(await observePull(context, reference)) };
}

async function freshOffer(
  context: PreflightContext,
  { reference }: WantedImage,
  { name }: ComposeService,
): Promise<DeliveryOffer | null> {
  const offer = await offerOf(context, reference);
  if (offer === null) return null;
  const builds = await context.builds();
  return isOfSources(offer.labels, builds[name] ?? null) ? offer : null;
}

async function observePull(
  context: PreflightContext,
  reference: string,
): Promise<Pick<ImageFacts, 'registry' | 'offer' | 'signsIn'>> {
  const registry = await askRegistry(context, reference);
  const signsIn = (await context.deps.signsIn?.(reference)) ?? false;
  const offer = registry.kind === 'pullable' ? null : await offerOf(context, reference);
  return { registry, offer, signsIn };
}

export async function checkImages(context: PreflightContext): Promise<Check[]> {
  const now = context.deps.now();
  return Promise.all(
    wantedImages(context.project).map(async (wanted) =>
      judgeImage(wanted, await observe(context, wanted), now),
    ),
  );
}

/** How each image gets to the host, for who wants to know only that. */
export async function observeWays(context: PreflightContext): Promise<ImageWay[]> {
  const now = context.deps.now();
  return Promise.all(
    wantedImages(context.project).map(async (wanted) => toWay(wanted, await observe(context, wanted), now)),
  );
}

export function toWay(wanted: WantedImage, facts: ImageFacts, now: number): ImageWay {
  const { result, evidence } = judgeImage(wanted, facts, now);
  const { offer = null, present, build } = facts;
  return {
    reference: taggedReference(wanted.reference),
    way: result === 'fail' ? 'unobtainable' : wayOf(facts),
    reason: evidence,
    services: wanted.services,
    sizeBytes: offer?.sizeBytes ?? (build === null ? (present?.sizeBytes ?? null) : null),
    missingBytes: offer === null ? null : (offer.missingBytes ?? offer.sizeBytes),
  };
}

function wayOf({ offer, build, present }: ImageFacts): ImageWay['way'] {
  if (offer) return 'deliver';
  if (build !== null) return 'build';
  return present === null ? 'pull' : 'present';
}
