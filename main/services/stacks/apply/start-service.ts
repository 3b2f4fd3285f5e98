import { hasCode } from '../../errors';
import type { ComposeService } from '../compose-file/model';
import type { ContainerDecision } from '../plan/model';
import { containerStepId } from '../plan/plan';
import { explain } from './explain';
import { type Gated, gateError } from './gate';
import { makeContainer } from './make-container';
import type { Pass } from './pass-model';
import { giveBack, takePlace } from './replace';

export interface Made {
  decision: ContainerDecision;
  containerId: string;
  /** True when this pass created it. */
  fresh: boolean;
}

/** Starts every replica; answers what the gate has to watch. */
export async function startAll(pass: Pass, service: ComposeService, made: Made[]): Promise<Gated[]> {
  if (made.some(({ decision }) => decision.action !== 'keep'))
    pass.reporter.set(service.name, 'starting', 'Starting.');
  return Promise.all(made.map((one) => pass.startLimit(() => startOne(pass, service, one))));
}

async function startOne(
  pass: Pass,
  service: ComposeService,
  { decision, containerId }: Made,
): Promise<Gated> {
  const gated = { service: service.name, containerId, restartsBefore: 0 };
  if (decision.action === 'keep') return keepGate(pass, gated, decision);
  pass.signal.throwIfAborted();
  return pass.step(containerStepId(decision), `Starting ${decision.name}`, async () => {
    if (decision.action === 'restart') await pass.engine.stopContainer(containerId, null);
    const { existing } = decision;
    const replaced =
      decision.action === 'recreate' && existing !== null
        ? await takePlace(pass, decision, existing, containerId)
        : null;
    try {
      return { ...gated, containerId: await startOrRemake(pass, service, decision, containerId) };
    } catch (error) {
      if (replaced === null) throw error;
      const reason = await explain(pass.session, error);
      throw gateError(service.name, `${reason} ${await giveBack(pass, replaced, containerId)}`);
    }
  });
}

/** A running container has a past; only restarts from now on count. */
async function keepGate(pass: Pass, gated: Gated, { existing, job }: ContainerDecision): Promise<Gated> {
  if (job || existing === null || existing.health === 'healthy' || existing.health === null) return gated;
  const { restartCount } = await pass.engine.inspectContainer(gated.containerId);
  return { ...gated, restartsBefore: restartCount };
}

/**
 * An engine that was stopped in the middle of a start may never start that container again ("task …
 * already exists"); one made anew from the same definition starts.
 */
async function startOrRemake(
  pass: Pass,
  service: ComposeService,
  decision: ContainerDecision,
  containerId: string,
): Promise<string> {
  try {
    await pass.engine.startContainer(containerId);
    return containerId;
  } catch (error) {
    if (!hasCode(error, 'ENGINE_REJECTED') && !hasCode(error, 'CONFLICT')) throw error;
    if (!/task \S+: already exists/i.test(error.message)) throw error;
  }
  await pass.engine.removeContainer(containerId, { force: true, volumes: false });
  const again = await makeContainer(pass, service, { ...decision, action: 'create' });
  await pass.engine.startContainer(again);
  return again;
}
