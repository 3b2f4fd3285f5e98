import type { PreparePlan } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { Notice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import classes from './prepare.module.css';
import { StepCard } from './step-card';
import type { Preparation } from './use-preparation';

export function Steps({ preparation, plan }: { preparation: Preparation; plan: PreparePlan }) {
  return (
    <Panel title="Steps" flush aside={<span>{summary(plan)}</span>}>
      {plan.root === 'none' ? (
        <div className={classes.notice}>
          <Notice tone="warn" title="This user cannot act as root there, so no step can run">
            Sign in as root or as a user with sudo: add the host again with that user.
          </Notice>
        </div>
      ) : null}
      <ol aria-label="Steps">
        {preparation.views.map((view) => (
          <StepCard key={view.step.id} view={view} preparation={preparation} />
        ))}
      </ol>
    </Panel>
  );
}

function summary({ steps }: PreparePlan): string {
  const needed = steps.filter(({ state }) => state === 'needed').length;
  const done = steps.filter(({ state }) => state === 'in-place').length;
  return `${formatCount(needed, 'step')} to do, ${done} in place; running one twice changes nothing`;
}
