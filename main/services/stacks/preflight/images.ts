import type { Check } from '../../../../preload/contract';
import { formatBytes } from '../../../words/quantities';
import type { ImageSummary } from '../../hosts/engine';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { imageReference } from '../plan/service-facts';
import { type BuildFacts, observeBuild } from './buildable';
import { fail, pass, type Subject, warn } from './check';
import type { PreflightContext, RegistryAnswer } from './context';
import { askRegistry, findImage } from './registry';
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
}

export function judgeImage(wanted: WantedImage, facts: ImageFacts, now: number): Check {
  const subject: Subject = {
    id: `image:${wanted.reference}`,
    group: 'images',
    title: `Image ${wanted.reference}`,
    services: wanted.services,
  };
  if (facts.build !== null) return judgeBuild(subject, facts.build);
  if (facts.present !== null) {
    const { createdAt, sizeBytes } = facts.present;
    return pass(subject, `Present, ${formatBytes(sizeBytes)}, ${age(createdAt, now)}.`);
  }
  return judgeRegistry(subject, facts.registry);
}

function judgeRegistry(subject: Subject, answer: RegistryAnswer | null): Check {
  const left = 'The services that need it are left out; the others go on.';
  if (answer === null) {
    return fail(
      subject,
      'Not present, and pull_policy forbids pulling.',
      `Load or build it on the host. ${left}`,
    );
  }
  if (answer.kind === 'pullable') return pass(subject, 'Not present; the registry offers it.');
  if (answer.kind === 'silent') {
    return warn(
      subject,
      `Not present; the registry gave ${answer.detail}.`,
      'The pull is tried all the same. Check the way from the host to the registry.',
    );
  }
  return fail(
    subject,
    `Not present and cannot be pulled: ${answer.detail}`,
    `Check the name and tag, sign in to the registry, or load the image on the host. ${left}`,
  );
}

function judgeBuild(subject: Subject, build: BuildFacts): Check {
  const left = 'The services that need it are left out; the others go on.';
  if (build.problem !== null) return fail(subject, build.problem.evidence, `${build.problem.advice} ${left}`);
  if (build.doubt !== null) return warn(subject, build.doubt, 'The build is tried all the same.');
  return pass(subject, `Not present; will be built from ${build.source}. ${build.bases}`.trim());
}

async function observe(context: PreflightContext, wanted: WantedImage): Promise<ImageFacts> {
  const images = await context.images();
  const present = findImage(wanted.reference, images) ?? null;
  const mustBuild = wanted.builder !== null && (present === null || wanted.pullPolicy === 'build');
  if (mustBuild && wanted.builder !== null) {
    return {
      present,
      build: await observeBuild(context, wanted.builder, (name) => askRegistry(context, name)),
      registry: null,
    };
  }
  if (present !== null || wanted.pullPolicy === 'never') return { present, build: null, registry: null };
  return { present, build: null, registry: await askRegistry(context, wanted.reference) };
}

export async function checkImages(context: PreflightContext): Promise<Check[]> {
  const now = context.deps.now();
  return Promise.all(
    wantedImages(context.project).map(async (wanted) =>
      judgeImage(wanted, await observe(context, wanted), now),
    ),
  );
}
