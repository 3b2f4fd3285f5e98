import type { ImageDecision, RemovalDecision } from '../plan/model';
import { isRemovedOrphan } from '../plan/plan';
import { taggedReference } from '../plan/service-facts';
import { allEnded, once } from './concurrency';
import { createMilestones } from './milestones';
import { obtainImage } from './obtain-image';
import type { Pass } from './pass-model';
import { prepareObjects } from './prepare-objects';
import { dropReplaced } from './replace';
import { runService } from './run-service';

/** Carries the decisions out. Rejects only when the engine was lost; what failed is in the reporter. */
export async function runPass(pass: Pass): Promise<void> {
  await removeOrphans(pass);
  pass.reporter.phase('Bringing services up');
  const objectsFor = prepareObjects(pass);
  const imageFor = obtainImages(pass);
  const milestones = new Map(pass.decisions.services.map((name) => [name, createMilestones()]));
  const runs = pass.decisions.services.map(async (name) => {
    const service = pass.project.services[name];
    const own = milestones.get(name);
    if (service === undefined || own === undefined) return;
    const objects = objectsFor(service);
    // Awaited a moment later; a rejection before that is not a stray one.
    objects.catch(() => undefined);
    const dependency = (other: string) => milestones.get(other);
    await runService(pass, service, { objects, image: imageFor(name), dependency }, own);
  });
  const ended = await Promise.allSettled(runs);
  const lost = ended.find((result) => result.status === 'rejected');
  if (lost !== undefined) throw lost.reason;
  await cleanUp(pass);
}

/** Images start at once; a service waits for its own only, so one that can't be had blocks nobody else. */
function obtainImages(pass: Pass): (service: string) => Promise<void> {
  const byService = new Map<string, Promise<void>>();
  for (const decision of pass.decisions.images) {
    const done = obtainImage(pass, decision).then(() => rememberImage(pass, decision));
    done.catch(() => undefined);
    for (const service of decision.services) byService.set(service, done);
  }
  return (service) => byService.get(service) ?? Promise.resolve();
}

/** For an image that vanished after the plan found it. */
export function regainer(pass: Pass): (service: string) => Promise<void> {
  const shared = once<void>();
  return (name) => {
    const decision = pass.decisions.images.find(({ services }) => services.includes(name));
    const service = pass.project.services[decision?.services[0] ?? name];
    if (decision === undefined || service === undefined) return Promise.resolve();
    const action =
      service.build !== undefined ? 'build' : service.pull_policy === 'never' ? 'absent' : 'pull';
    const again = { ...decision, action, reason: 'It vanished from the host.' } as const;
    return shared(decision.reference, () => obtainImage(pass, again).then(() => rememberImage(pass, again)));
  };
}

async function rememberImage(pass: Pass, decision: ImageDecision): Promise<void> {
  if (decision.action === 'have') return;
  const references = decision.tags.map(taggedReference);
  const image = await pass.engine.inspectImage(decision.reference);
  // The tag may have belonged to another image until now.
  const others = pass.observed.images.map((known) => ({
    ...known,
    tags: known.tags.filter((tag) => !references.includes(tag)),
  }));
  const tags = [...new Set([...image.tags, ...references])];
  pass.observed = { ...pass.observed, images: [...others, { ...image, tags }] };
}

/** Containers that are replaced, surplus or no longer defined. Nothing is taken away after a cancel but what was replaced. */
async function cleanUp(pass: Pass): Promise<void> {
  const up = (service: string): boolean => ['ready', 'unchanged'].includes(pass.reporter.phaseOf(service));
  await dropReplaced(pass, up);
  if (pass.signal.aborted) return;
  await remove(
    pass,
    pass.decisions.removals.filter(
      (removal) => removal.remove && removal.container.transient === null && !isRemovedOrphan(removal),
    ),
  );
}

/** Before anything else: a service under a new name may want the port of its orphan. */
async function removeOrphans(pass: Pass): Promise<void> {
  const orphans = pass.decisions.removals.filter(isRemovedOrphan);
  if (orphans.length === 0 || pass.signal.aborted) return;
  pass.reporter.phase('Removing containers of services that are no longer in the file');
  await remove(pass, orphans);
}

async function remove(pass: Pass, removals: RemovalDecision[]): Promise<void> {
  await allEnded(
    removals.map(({ container }) =>
      pass.step(`remove:${container.name}`, `Removing ${container.name}`, async () => {
        await pass.engine.stopContainer(container.id, null);
        await pass.engine.removeContainer(container.id, { force: true, volumes: false });
      }),
    ),
  );
}
