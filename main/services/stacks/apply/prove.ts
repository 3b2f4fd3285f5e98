/** What a started service has to show before it counts: its health, its exit code, or that it stays up. */
import type { RawLogLine } from '../../hosts/engine';
import type { ComposeService } from '../compose-file/model';
import { waitsForHealth } from '../plan/health-gates';
import type { ContainerDecision } from '../plan/model';
import { pause } from './concurrency';
import { explain, isEngineLost } from './explain';
import { type Gated, healthTest, untilCompleted, untilHealthy, untilSettled } from './gate';
import type { Milestones } from './milestones';
import type { Pass } from './pass-model';
import { giveBack } from './replace';

const LOG_LINES_SHOWN = 20;
const LOG_LIMIT_MS = 3_000;
/** An orderly shutdown stops the containers first and answers until the last one is down. */
const ENGINE_GOES_LIMIT_MS = 15_000;

/** Resolves when every replica is as far as can be told; answers whether there was a check to wait for. */
export async function prove(
  pass: Pass,
  service: ComposeService,
  run: { decisions: ContainerDecision[]; gated: Gated[] },
  own: Milestones,
): Promise<boolean> {
  const pairs = run.gated.flatMap((gated, index) => {
    const decision = run.decisions[index];
    return decision === undefined ? [] : [{ gated, decision }];
  });
  const checked = await Promise.all(
    pairs.map(({ gated, decision }) => proveOne(pass, service, { gated, decision })),
  );
  if (checked.includes(false)) own.leaveUnchecked();
  else own.reach('service_healthy');
  own.reach('service_completed_successfully');
  return checked.includes(true);
}

interface Proof {
  gated: Gated;
  decision: ContainerDecision;
}

async function proveOne(pass: Pass, service: ComposeService, proof: Proof): Promise<boolean> {
  try {
    return await awaitProof(pass, service, proof);
  } catch (error) {
    await unproved(pass, proof, error);
    throw error;
  }
}

/** Its predecessor comes back, unless the engine is away: then the next pass goes on from what it finds. */
async function unproved(pass: Pass, { gated, decision }: Proof, error: unknown): Promise<void> {
  if (pass.events.stoppedFromOutside(gated.containerId)) {
    pass.reporter.set(
      gated.service,
      'gating',
      'Stopped from outside; checking whether the engine goes away.',
    );
    await pause(ENGINE_GOES_LIMIT_MS, pass.signal);
  }
  if (isEngineLost(error) || isEngineLost(pass.signal.reason)) return;
  const replaced = pass.replaced.find(({ name }) => name === decision.name);
  const restore = async (): Promise<string> =>
    replaced?.wasSound ? ` ${await giveBack(pass, replaced, gated.containerId)}` : '';
  if (pass.signal.aborted) {
    await restore();
    return;
  }
  const tail = await logTail(pass, gated.containerId);
  const after = await restore();
  pass.reporter.set(gated.service, 'failed', `${await explain(pass.session, error)}${after}`, tail);
}

async function awaitProof(pass: Pass, service: ComposeService, proof: Proof): Promise<boolean> {
  const { gated, decision } = proof;
  const { existing, action, job } = decision;
  if (job) return awaitJob(pass, service, proof);
  const keeps = action === 'keep';
  if (keeps && existing?.health === 'healthy') return true;
  if (keeps && existing?.health === null && !isAwaited(pass, service)) return false;
  const detail = await pass.engine.inspectContainer(gated.containerId);
  if (healthTest(detail) === null && !(await isProbed(pass, gated))) {
    if (!keeps) await untilSettled(pass, gated);
    return false;
  }
  pass.reporter.set(service.name, 'gating', 'Started; waiting for its health check.');
  await untilHealthy(pass, gated, detail);
  pass.proved(detail);
  return true;
}

/** That it ended well says nothing about its health, which only a check of its own can. */
async function awaitJob(
  pass: Pass,
  service: ComposeService,
  { gated, decision: { action, existing } }: Proof,
): Promise<boolean> {
  if (action !== 'keep' || existing?.exitCode !== 0 || existing.running) {
    pass.reporter.set(service.name, 'gating', 'The job is running.');
    await untilCompleted(pass, gated);
  }
  return (
    isAwaited(pass, service) && healthTest(await pass.engine.inspectContainer(gated.containerId)) !== null
  );
}

/** Whether another service of this pass starts only when this one is healthy. */
function isAwaited(pass: Pass, service: ComposeService): boolean {
  return pass.decisions.services.some((name) =>
    waitsForHealth(pass.project.services[name]?.depends_on ?? {}, service),
  );
}

/** From outside the container, as its own check would be the only other way to know. */
async function isProbed(pass: Pass, { service, containerId }: Gated): Promise<boolean> {
  return (await pass.probe(service, containerId, pass.signal)) !== null;
}

/** The last lines of a container; none when they can't be had in time. */
async function logTail(pass: Pass, containerId: string): Promise<string[]> {
  const lines: RawLogLine[] = [];
  try {
    const options = { follow: false, tail: LOG_LINES_SHOWN };
    for await (const line of pass.engine.logs(containerId, options, AbortSignal.timeout(LOG_LIMIT_MS)))
      lines.push(line);
  } catch (error) {
    if (isEngineLost(error)) throw error;
  }
  return lines.slice(-LOG_LINES_SHOWN).map(({ text }) => pass.mask(text));
}
