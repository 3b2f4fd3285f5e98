import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { Plan } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import classes from './deploy.module.css';

/** Whether the containers go whose service is no longer in the file. Belongs to one stack: another one asks anew. */
export interface OrphanChoice {
  removed: boolean;
  choose(removed: boolean): void;
}

export function useOrphanChoice(stackId: string | null): OrphanChoice {
  const [chosenFor, setChosenFor] = useState<string | null>(null);
  return {
    removed: chosenFor !== null && chosenFor === stackId,
    choose: (removed) => setChosenFor(removed ? stackId : null),
  };
}

/** Names what the tick takes away before it is set. Nothing is shown where there is nothing to take. */
export function Orphans({ plan, choice }: { plan: Plan; choice: OrphanChoice }) {
  const orphans = plan.steps.filter((step) => step.orphan === true);
  if (orphans.length === 0) return null;
  return (
    <div className={classes.warnings}>
      <Checkbox
        size="sm"
        label={`Remove ${formatCount(orphans.length, 'container')} whose service is no longer in the file`}
        description={orphans.map(({ target }) => target).join(', ')}
        checked={choice.removed}
        onChange={(event) => choice.choose(event.currentTarget.checked)}
      />
    </div>
  );
}
