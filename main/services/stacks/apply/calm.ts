import type { ContainerDetail } from '../../hosts/engine';
import type { ContainerDecision, Decisions } from '../plan/model';
import type { ApplyDeps, ApplyRequest } from './model';

/** Whether there is nothing to wait for: what runs is healthy, or was proved since it started. */
export async function isCalm(
  deps: Pick<ApplyDeps, 'session' | 'journal'>,
  { project }: Pick<ApplyRequest, 'project'>,
  { containers }: Pick<Decisions, 'containers'>,
): Promise<boolean> {
  const pending = containers.filter((container) => !hasSettled(container));
  if (pending.length === 0) return true;
  const { engine, hostId } = deps.session;
  const proofs = await deps.journal.proofs(hostId, project.name);
  const ids = pending.map(({ existing }) => existing?.id ?? '');
  if (!ids.every((id) => proofs.has(id))) return false;
  const states = await Promise.all(ids.map((id) => engine.inspectContainer(id)));
  return states.every((state) => isProved(state, proofs.get(state.id)));
}

function hasSettled({ existing, job }: ContainerDecision): boolean {
  if (existing === null) return false;
  if (job) return !existing.running;
  return existing.health === null || existing.health === 'healthy';
}

/** An engine's own first check comes a whole interval after the start; until then it knows less than the apply did. */
function isProved(
  { running, restarting, health, startedAt }: ContainerDetail,
  proof: number | undefined,
): boolean {
  return running && !restarting && health?.status === 'starting' && startedAt === proof;
}
