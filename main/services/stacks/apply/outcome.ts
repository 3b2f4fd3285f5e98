import { plural } from '../../../words/quantities';
import { DomainError, hasCode } from '../../errors';
import type { ApplyOutcome } from '../face';
import type { ContainerDecision, Decisions } from '../plan/model';
import type { Reporter } from './report';

export interface Ended {
  project: string;
  decisions: Pick<Decisions, 'services'> & { containers: Pick<ContainerDecision, 'service' | 'job'>[] };
  reporter: Pick<Reporter, 'phaseOf' | 'detailOf'>;
  signal: AbortSignal;
}

/** The outcome of a pass that ran to its end; throws APPLY_FAILED, CANCELLED or what broke the lock. */
export function judgeOutcome(ended: Ended): ApplyOutcome {
  const { project, decisions, reporter, signal } = ended;
  const phases = decisions.services.map((service) => ({ service, phase: reporter.phaseOf(service) }));
  const named = (...wanted: string[]): string[] =>
    phases.filter(({ phase }) => wanted.includes(phase)).map(({ service }) => service);
  const up = named('ready', 'unchanged');
  const failed = named('failed');
  if (signal.aborted && up.length < phases.length) throw stopped(ended, up);
  if (failed.length > 0) throw applyFailed(ended, { up, failed, blocked: named('blocked') });
  const ready = named('ready');
  return { summary: upSentence(project, wantedUp(decisions), ready), changed: ready.length > 0 };
}

interface Unit {
  service: string;
  job: boolean;
}

/** One with no replicas is as defined, but not up. */
function wantedUp({ services, containers }: Ended['decisions']): Unit[] {
  return services.flatMap((service) => {
    const own = containers.find((container) => container.service === service);
    return own === undefined ? [] : [{ service, job: own.job }];
  });
}

function upSentence(project: string, wanted: Unit[], changed: string[]): string {
  if (wanted.length === 0) return `${project} is as defined: no service is to run.`;
  const ready = wanted.filter(({ service }) => changed.includes(service)).length;
  return `${unitWords(project, wanted)}; ${ready} changed, ${wanted.length - ready} unchanged.`;
}

/** A job that has done its work is not up. */
function unitWords(project: string, wanted: Unit[]): string {
  const jobs = wanted.filter(({ job }) => job).length;
  const services = wanted.length - jobs;
  const completed = `${plural(jobs, 'job')} completed`;
  if (services === 0) return `${project}: ${completed}`;
  const up =
    services === 1 ? `The service of ${project} is up` : `All ${services} services of ${project} are up`;
  return jobs === 0 ? up : `${up}, ${completed}`;
}

function stopped({ project, decisions, signal }: Ended, up: string[]): unknown {
  // A broken lock has its own sentence; only a person's cancel is told as one.
  if (hasCode(signal.reason, 'CONFLICT')) return signal.reason;
  const rest = decisions.services.filter((service) => !up.includes(service));
  const message = `The apply of ${project} was cancelled. Up: ${list(up)}. Not brought up: ${list(rest)}.`;
  return new DomainError('CANCELLED', { operation: `apply of ${project}` }, message);
}

/** For an apply that ends half-way because the engine stays away. */
export function soFar(services: string[], { phaseOf }: Pick<Reporter, 'phaseOf'>): string {
  const up = services.filter((service) => ['ready', 'unchanged'].includes(phaseOf(service)));
  return `Up: ${list(up)}. Not up yet: ${list(services.filter((service) => !up.includes(service)))}.`;
}

function applyFailed(
  { project, reporter }: Ended,
  named: { up: string[]; failed: string[]; blocked: string[] },
): DomainError {
  const causes = named.failed.map((service) => `${service}: ${reporter.detailOf(service)}`);
  const blocked = named.blocked.length === 0 ? '' : ` Blocked by that: ${list(named.blocked)}.`;
  const detail = `${causes.join(' ')}${blocked} Up: ${list(named.up)}.`;
  const count = named.failed.length === 1 ? 'One service' : `${named.failed.length} services`;
  return new DomainError(
    'APPLY_FAILED',
    { project, failed: [...named.failed, ...named.blocked], detail },
    `${count} of ${project} did not come up. ${detail}`,
  );
}

export function list(names: string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
