import type { Plan, PlanStep } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { explainError } from '../../rpc/errors';
import { usePlan } from '../../rpc/queries';
import { FailureNotice, Notice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import classes from './deploy.module.css';
import { type OrphanChoice, Orphans } from './orphans';

const actions: Record<PlanStep['action'], { sign: string; word: string; kind: string }> = {
  'pull-image': { sign: '↓', word: 'Pull image', kind: 'add' },
  'deliver-image': { sign: '⇡', word: 'Deliver image', kind: 'add' },
  'build-image': { sign: '⚒', word: 'Build image', kind: 'add' },
  'create-network': { sign: '+', word: 'Create network', kind: 'add' },
  'create-volume': { sign: '+', word: 'Create volume', kind: 'add' },
  'create-container': { sign: '+', word: 'Create', kind: 'add' },
  'recreate-container': { sign: '±', word: 'Recreate', kind: 'change' },
  'start-container': { sign: '▸', word: 'Start', kind: 'change' },
  'remove-container': { sign: '−', word: 'Remove', kind: 'remove' },
  'remove-network': { sign: '−', word: 'Remove network', kind: 'remove' },
  'remove-volume': { sign: '−', word: 'Remove volume', kind: 'remove' },
  'run-job': { sign: '▸', word: 'Run job', kind: 'change' },
  keep: { sign: '=', word: 'Keep', kind: 'keep' },
};

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
  return (
    <>
      {plan.warnings.length === 0 ? null : <Warnings warnings={plan.warnings} />}
      <ul className={classes.plan}>
        {bySubject(changes).map((subject) => (
          <li key={subject.name} className={classes.subject}>
            <span className={classes.subjectName}>{subject.name}</span>
            <ul className={classes.steps}>
              {subject.steps.map((step) => (
                <Step key={step.id} step={step} project={plan.project} />
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

/** Recreating is destructive to the engine, but its word says so and nothing of value is lost. */
function destroys({ destructive, action }: PlanStep): boolean {
  return destructive && action !== 'recreate-container';
}

/** The project's own prefix is on every name and says nothing; the title holds the whole name. */
function targetWords({ target, service }: PlanStep, project: string): string {
  const name = target.startsWith(project) ? target.slice(project.length).replace(/^[-_/]/, '') : target;
  return name === '' || name === service || name === `${service}-1` ? '' : ` ${name}`;
}

function Step({ step, project }: { step: PlanStep; project: string }) {
  const { sign, word, kind } = actions[step.action];
  return (
    <li className={classes.step} data-kind={kind}>
      <span className={classes.sign} aria-hidden>
        {sign}
      </span>
      <span className={classes.stepAction} title={step.target}>
        {word}
        {targetWords(step, project)}
      </span>
      <span className={classes.stepReason}>
        {step.reason}
        {destroys(step) ? <strong className={classes.destructive}> What is there is lost.</strong> : null}
      </span>
      {step.changes.length === 0 ? null : (
        <ul className={classes.changes}>
          {step.changes.map((change) => (
            <li key={change.field}>
              <code>{change.field}</code>
              <code className={classes.from}>{change.from ?? 'not set'}</code>
              <span aria-hidden>→</span>
              <code className={classes.to}>{change.to ?? 'not set'}</code>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
