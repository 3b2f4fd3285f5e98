import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import { deployPath } from '../../lib/routes';
import { outcomes } from '../../rpc/outcomes';
import { useHistory } from '../../rpc/queries';
import { Age, Elapsed } from '../../ui/age';
import { Panel } from '../../ui/panel';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './overview.module.css';

export function LastApply() {
  const navigate = useNavigate();
  const last = useHistory().data?.[0];
  return (
    <Panel
      title="Last apply"
      actions={
        <Button variant="default" onClick={() => navigate(deployPath)}>
          Open Deploy
        </Button>
      }
    >
      {last === undefined ? (
        <span className={classes.quiet}>No apply of this stack is recorded on this host.</span>
      ) : (
        <div className={classes.last}>
          <StatusLabel {...outcomes[last.outcome]} />
          <span className={classes.lastSummary}>{last.summary}</span>
          <span className={classes.quiet}>
            <Age at={last.startedAt} /> · took <Elapsed since={last.startedAt} until={last.endedAt} /> ·{' '}
            {last.doneSteps} of {last.totalSteps} steps
          </span>
        </div>
      )}
    </Panel>
  );
}
