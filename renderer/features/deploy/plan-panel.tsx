import type { Plan, PlanStep } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { explainError } from '../../rpc/errors';
import { usePlan } from '../../rpc/queries';
import { useServiceTitles } from '../../rpc/service-titles';
import { FailureNotice, Notice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import classes from './deploy.module.css';
import { type OrphanChoice, Orphans } from './orphans';
import { PlanStepView } from './plan-step';

export function PlanPanel({ orphans }: { orphans: OrphanChoice }) {
  const plan = usePlan(orphans.removed);
  return (
    <Panel title="2. Plan" flush aside={<span>{summary(plan.data, plan.isFetching)}</span>}>
      {plan.isError ? <FailureNotice failure={explainError(plan.error)} /> : null}
      {plan.data === undefined && !plan.isError ? <Skeleton height={120} /> : null}
      {plan.data === undefined ? null : <Orphans plan={plan.data} choice={orphans} />}
      {plan.data === undefined ? null : <Steps plan={plan.data} />}
    </Panel>
  );
}

function summary(plan: Plan | undefined, fetching: boolean): string {
  if (plan === undefined || fetching) return 'comparing the definition with what runs';
  const changes = plan.steps.filter((step) => step.action !== 'keep');
  const kept = plan.steps.filter(({ action, orphan }) => action === 'keep' && orphan !== true).length;
  if (changes.length === 0) return `no change; ${formatCount(kept, 'object')} as defined`;
  return `${formatCount(changes.length, 'step')}, ${formatCount(kept, 'object')} unchanged`;
}

interface Subject {
  name: string;
  steps: PlanStep[];
}

/** One block per service, objects of the whole project first. */
export function bySubject(steps: readonly PlanStep[]): Subject[] {
  const subjects = new Map<string, PlanStep[]>([['Project', []]]);
  for (const step of steps) {
    const name = step.service ?? 'Project';
    subjects.set(name, [...(subjects.get(name) ?? []), step]);
  }
  return [...subjects]
    .map(([name, own]) => ({ name, steps: own }))
    .filter((subject) => subject.steps.length > 0);
}

function Steps({ plan }: { plan: Plan }) {
  const changes = plan.steps.filter((step) => step.action !== 'keep');
  const titleOf = useServiceTitles();
  return (
    <>
      {plan.warnings.length === 0 ? null : <Warnings warnings={plan.warnings} />}
      <ul className={classes.plan}>
        {bySubject(changes).map((subject) => (
          <li key={subject.name} className={classes.subject}>
            <span className={classes.subjectName} title={subject.name}>
              {titleOf(subject.name)}
            </span>
            <ul className={classes.steps}>
              {subject.steps.map((step) => (
                <PlanStepView key={step.id} step={step} project={plan.project} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {changes.length === 0 ? (
        <p className={classes.same}>What the files define is there as defined.</p>
      ) : null}
    </>
  );
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  return (
    <div className={classes.warnings}>
      <Notice
        tone="warn"
        title={`${formatCount(warnings.length, 'attribute')} of the files not applied by this console`}
      >
        <ul>
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
