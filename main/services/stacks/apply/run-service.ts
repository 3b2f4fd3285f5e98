/** One service's way through a pass: have its things, create, wait for what it needs, start, prove. */
import type { ComposeService } from '../compose-file/model';
import { decideService, spread } from '../plan/decide-containers';
import type { ContainerDecision } from '../plan/model';
import { containerStepId } from '../plan/plan';
import { sharedNamespaces } from '../plan/service-facts';
import { Blocked, dependenciesReached, dependenciesStarted, type Prerequisites } from './dependencies';
import { waitingFor } from './endure';
import { explain, isEngineLost } from './explain';
import { gateError } from './gate';
import { contextOf, makeContainer } from './make-container';
import type { Milestones } from './milestones';
import type { Pass } from './pass-model';
import { prove } from './prove';
import { type Made, startAll } from './start-service';

/** Never rejects, but for a lost engine: that ends the whole pass. */
export async function runService(
  pass: Pass,
  service: ComposeService,
  needs: Prerequisites,
  own: Milestones,
): Promise<void> {
  try {
    await runReplicas(pass, service, needs, own);
  } catch (error) {
    own.fail(await settle(pass, service, error));
    if (isEngineLost(error)) throw error;
  }
}

/** Tells the row what stopped the service; answers the clause for its dependants. */
async function settle(pass: Pass, service: ComposeService, error: unknown): Promise<string> {
  const { reporter } = pass;
  if (error instanceof Blocked) {
    reporter.set(service.name, 'blocked', error.message);
    return `${service.name} is blocked`;
  }
  if (isEngineLost(error) || isEngineLost(pass.signal.reason)) {
    reporter.set(service.name, 'waiting', waitingFor(isEngineLost(error) ? error : pass.signal.reason));
    return 'the engine was lost';
  }
  if (pass.signal.aborted) {
    reporter.set(service.name, 'cancelled', 'Stopped before it was ready.');
    return `${service.name} was cancelled`;
  }
  // The log tail was taken where the container was still there.
  const tail = reporter.phaseOf(service.name) === 'failed' ? null : [];
  if (tail !== null) reporter.set(service.name, 'failed', await explain(pass.session, error), tail);
  return `${service.name} failed`;
}

async function runReplicas(
  pass: Pass,
  service: ComposeService,
  needs: Prerequisites,
  own: Milestones,
): Promise<void> {
  const left = pass.skip[service.name];
  if (left !== undefined) throw gateError(service.name, left);
  await needs.objects;
  await needs.image;
  const decisions = currentDecisions(pass, service);
  // A shared namespace can only be named once its owner has its final container.
  if (sharedNamespaces(service).length > 0) await dependenciesReached(pass, service, needs);
  else await dependenciesStarted(pass, service, needs);
  const created = await createAll(pass, service, decisions);
  try {
    await dependenciesReached(pass, service, needs);
    pass.signal.throwIfAborted();
  } catch (error) {
    await discard(pass, created);
    throw error;
  }
  const gated = await startAll(pass, service, created);
  own.reach('service_started');
  const checked = await prove(pass, service, { decisions, gated }, own);
  finish(pass, service, { decisions, checked });
}

/** A pull may have moved the tag since the decision was made. */
function currentDecisions(pass: Pass, service: ComposeService): ContainerDecision[] {
  const before = pass.decisions.containers.filter((decision) => decision.service === service.name);
  const image = pass.decisions.images.find(({ services }) => services.includes(service.name));
  if (image === undefined || image.action === 'have') return before;
  const others = pass.decisions.containers.filter((decision) => decision.service !== service.name);
  const again = spread(pass.project, [...others, ...decideService(contextOf(pass), service)]);
  return again.filter((decision) => decision.service === service.name);
}

async function createAll(
  pass: Pass,
  service: ComposeService,
  decisions: ContainerDecision[],
): Promise<Made[]> {
  const creates = decisions.some(({ action }) => action === 'create' || action === 'recreate');
  if (creates) pass.reporter.set(service.name, 'creating', 'Creating the container.');
  const made = await Promise.allSettled(decisions.map((decision) => createOne(pass, service, decision)));
  const done = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = made.find((result) => result.status === 'rejected');
  if (failed === undefined) return done;
  await discard(pass, done);
  throw failed.reason;
}

async function createOne(pass: Pass, service: ComposeService, decision: ContainerDecision): Promise<Made> {
  const { existing, action } = decision;
  if (existing !== null && action !== 'recreate') return { decision, containerId: existing.id, fresh: false };
  const id = `${containerStepId(decision)}:create`;
  const containerId = await pass.step(id, `Creating ${decision.name}`, () =>
    makeContainer(pass, service, decision),
  );
  return { decision, containerId, fresh: true };
}

/** Created beside a container that stays: away with it. One under its final name waits for the next apply. */
async function discard(pass: Pass, made: Made[]): Promise<void> {
  const beside = made.filter(({ fresh, decision }) => fresh && decision.action === 'recreate');
  await Promise.allSettled(
    beside.map(({ containerId }) =>
      pass.engine.removeContainer(containerId, { force: true, volumes: false }),
    ),
  );
}

function finish(
  pass: Pass,
  service: ComposeService,
  { decisions, checked }: { decisions: ContainerDecision[]; checked: boolean },
): void {
  const kept = decisions.every(({ action }) => action === 'keep');
  const job = decisions.some((decision) => decision.job);
  if (kept) pass.reporter.set(service.name, 'unchanged', decisions[0]?.reason ?? 'No replica is wanted.');
  else pass.reporter.set(service.name, 'ready', job ? 'Completed with exit code 0.' : readyText(checked));
}

/** The image may have a check of its own, and the file may switch it off: the container knows. */
function readyText(checked: boolean): string {
  return checked ? 'Healthy.' : 'Running; it has no health check.';
}
