/** When the Apply button works, what it says, and why it does not. Pure. */
import type { ApplyLock, Plan, PreflightReport, Task } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import type { Target } from '../../rpc/live';

export interface Gate {
  label: string;
  /** Null when applying may start. */
  blockedBecause: string | null;
}

interface GateInput {
  /** Why the engine can't be asked; null while it answers. */
  away: string | null;
  /** The files can't be read; pre-flight and plan are of what they said before. */
  unreadable: boolean;
  report: PreflightReport | null;
  plan: Plan | null;
  lock: ApplyLock | null;
  running: boolean;
}

export const RUNNING = 'A task of this stack is running';

function blockedBy({ away, unreadable, report, plan, lock, running }: GateInput): string | null {
  if (away !== null) return away;
  if (running) return RUNNING;
  if (lock !== null) return `${lock.owner} holds the lock`;
  if (unreadable) return 'The definition can’t be read';
  if (report === null) return 'The pre-flight has not ended yet';
  const stopping = report.checks.find((check) => check.result === 'fail' && check.services.length === 0);
  if (stopping !== undefined) return `${stopping.title}: ${stopping.evidence}`;
  if (plan === null) return 'The plan is not ready yet';
  return plan.changed ? null : 'Nothing to change';
}

/** Services that a failed check of their own keeps out; the rest still comes up. */
export function skippedServices(report: PreflightReport | null): string[] {
  const failed = report?.checks.filter((check) => check.result === 'fail') ?? [];
  return [...new Set(failed.flatMap((check) => check.services))].sort();
}

function labelFor(report: PreflightReport | null): string {
  const skipped = skippedServices(report).length;
  if (skipped > 0) return `Apply without ${formatCount(skipped, 'service')}`;
  const warnings = report?.checks.filter((check) => check.result === 'warn').length ?? 0;
  return warnings > 0 ? `Apply with ${formatCount(warnings, 'warning')}` : 'Apply';
}

export function gateOf(input: GateInput): Gate {
  return { label: labelFor(input.report), blockedBecause: blockedBy(input) };
}

/** The running task of a stack on one host, else the last one that ended and was not dismissed. */
export function latestTaskOf(tasks: readonly Task[], on: Target | null): Task | null {
  const own = tasks.filter((task) => task.stackId === on?.stackId && task.hostId === on.hostId);
  const newest = [...own].sort((left, right) => right.startedAt - left.startedAt);
  return newest.find((task) => task.endedAt === null) ?? newest[0] ?? null;
}
