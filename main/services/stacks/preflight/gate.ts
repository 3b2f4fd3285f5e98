import type { Check, PreflightReport } from '../../../../preload/contract';
import { DomainError } from '../../errors';
import type { ComposeProject } from '../compose-file/model';
import { closure } from '../plan/service-facts';

/**
 * What a report means for an apply of `asked` services (empty means all): the ones to leave out, with
 * the reason. Throws PREFLIGHT_FAILED when a failed check concerns the whole stack, or every service.
 */
export function skipsFor(
  report: PreflightReport,
  project: ComposeProject,
  asked: string[],
): Record<string, string> {
  const failed = report.checks.filter((check) => check.result === 'fail');
  const wanted = closure(project, asked);
  const whole = failed.filter((check) => check.services.length === 0);
  if (whole.length > 0) throw refused(report.project, whole);
  const skips = Object.fromEntries(
    wanted.flatMap((service) => {
      const reasons = failed.filter((check) => check.services.includes(service)).map(reasonOf);
      return reasons.length === 0 ? [] : [[service, reasons.join(' ')]];
    }),
  );
  if (wanted.length > 0 && wanted.every((service) => service in skips)) throw refused(report.project, failed);
  return skips;
}

function reasonOf(check: Check): string {
  return `${check.title}: ${check.evidence}`;
}

function refused(project: string, checks: Check[]): DomainError<'PREFLIGHT_FAILED'> {
  const [first] = checks;
  const advice = first?.advice === undefined || first.advice === null ? '' : ` ${first.advice}`;
  const others = checks.length > 1 ? ` And ${checks.length - 1} more.` : '';
  const what = first === undefined ? '' : ` ${reasonOf(first)}${advice}`;
  const data = { project, failed: checks.map((check) => check.id) };
  return new DomainError('PREFLIGHT_FAILED', data, `Nothing of ${project} was changed.${what}${others}`);
}
