import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import type { ApplyRecord } from '../../../preload/contract';
import { deployPath } from '../../lib/routes';
import { outcomes } from '../../rpc/outcomes';
import { useHistory } from '../../rpc/queries';
import { Age, Elapsed } from '../../ui/age';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './overview.module.css';

/** An apply that was killed has no end: its age is no duration. */
function Took({ record: { startedAt, endedAt } }: { record: ApplyRecord }) {
  if (endedAt === null) return 'not ended';
  return (
    <>
      took <Elapsed since={startedAt} until={endedAt} />
    </>
  );
}

export function LastApply() {
  const navigate = useNavigate();
  const records = useHistory().data;
  const last = records?.find(({ change = 'apply' }) => change === 'apply');
  return (
    <Panel
      title="Last apply"
      actions={
        <Button variant="default" onClick={() => navigate(deployPath)}>
          Open Deploy
        </Button>
      }
    >
      {records === undefined ? (
        <Skeleton height={20} />
      ) : last === undefined ? (
        <span className={classes.quiet}>This console has applied nothing of this stack to this host.</span>
      ) : (
        <div className={classes.last}>
          <StatusLabel {...outcomes[last.outcome]} />
          <span className={classes.lastSummary}>{last.summary}</span>
          <span className={classes.quiet}>
            started <Age at={last.startedAt} /> · <Took record={last} /> · {last.doneSteps} of{' '}
            {last.totalSteps} steps
          </span>
        </div>
      )}
    </Panel>
  );
}
