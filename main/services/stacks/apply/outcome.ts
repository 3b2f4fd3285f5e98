import { DomainError, hasCode } from '../../errors';
import type { ApplyOutcome } from '../face';
import type { Decisions } from '../plan/model';
import type { Reporter } from './report';

export interface Ended {
  project: string;
  decisions: Decisions;
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
  const ready = named('ready').length;
  return { summary: upSentence(project, phases.length, ready), changed: ready > 0 };
}

function upSentence(project: string, total: number, ready: number): string {
  const services = total === 1 ? 'The service' : `All ${total} services`;
  const verb = total === 1 ? 'is' : 'are';
  return `${services} of ${project} ${verb} up; ${ready} changed, ${total - ready} unchanged.`;
}

function stopped({ project, decisions, signal }: Ended, up: string[]): unknown {
  // A broken lock has its own sentence; only a person's cancel is told as one.
  if (hasCode(signal.reason, 'CONFLICT')) return signal.reason;
  const rest = decisions.services.filter((service) => !up.includes(service));
  const message = `The apply of ${project} was cancelled. Up: ${list(up)}. Not brought up: ${list(rest)}.`;
  return new DomainError('CANCELLED', { operation: `apply of ${project}` }, message);
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

function list(names: string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
