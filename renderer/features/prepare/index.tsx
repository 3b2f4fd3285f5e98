/** Makes a bare machine ready: what it measures, what would run, running it with every line of output. */
import { Button } from '@mantine/core';
import { Link, useNavigate, useParams } from 'react-router';
import type { Host, PreparePlan } from '../../../preload/contract';
import { deployPath, hostPath, hostsPath } from '../../lib/routes';
import { useHostCalls } from '../../rpc/actions';
import { explainError, explainFailure } from '../../rpc/errors';
import { useWorkspace } from '../../rpc/workspace';
import { Age } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { FailureNotice } from '../../ui/notice';
import { Screen } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { StatusLabel } from '../../ui/status-glyph';
import { Assessment } from './assessment';
import classes from './prepare.module.css';
import { PrepareActions } from './prepare-actions';
import { allInPlace } from './step-view';
import { Steps } from './steps';
import { type Preparation, usePreparation } from './use-preparation';

export function PrepareScreen() {
  const { hosts } = useWorkspace();
  const hostId = useParams().host ?? '';
  const host = hosts.items.find((item) => item.id === hostId);
  if (host !== undefined && host.link !== null) return <Prepare key={host.id} host={host} />;
  return (
    <Screen title="Prepare">
      {hosts.status === 'waiting' ? (
        <Skeleton height={240} />
      ) : (
        <Empty title="Only a machine that is reached over SSH can be prepared">
          <Link to={hostsPath}>Choose one under Hosts</Link>
        </Empty>
      )}
    </Screen>
  );
}

function Prepare({ host }: { host: Host }) {
  const preparation = usePreparation(host.id);
  const { plan, task } = preparation;
  return (
    <Screen
      title={`Prepare ${host.title}`}
      aside={
        <span>
          <Link className={classes.back} to={hostPath(host.id)}>
            Hosts
          </Link>
          {' · '}
          <Measured preparation={preparation} />
        </span>
      }
      actions={<PrepareActions preparation={preparation} />}
    >
      {preparation.failure === null ? null : <FailureNotice failure={explainError(preparation.failure)} />}
      {task?.status.state === 'failed' ? (
        <FailureNotice failure={explainFailure(task.status.failure)} />
      ) : null}
      {plan !== null && allInPlace(plan) && !preparation.active ? <InPlace host={host} at={plan.at} /> : null}
      {plan === null ? (
        <Waiting failed={preparation.failure !== null} />
      ) : (
        <div className={classes.columns}>
          <Steps preparation={preparation} plan={plan} />
          <Assessment items={plan.assessment} />
        </div>
      )}
    </Screen>
  );
}

const roots: Record<PreparePlan['root'], string> = {
  root: 'signed in as root',
  sudo: 'root through sudo',
  'sudo-password': 'root through sudo, which asks for a password',
  none: 'no way to act as root',
};

function Measured({ preparation: { plan, looking } }: { preparation: Preparation }) {
  if (plan === null) return looking ? 'signing in and measuring; nothing is changed' : 'not measured yet';
  return (
    <>
      {roots[plan.root]} · {looking ? 'measuring again' : 'measured '}
      {looking ? null : <Age at={plan.at} />}
    </>
  );
}

function InPlace({ host, at }: { host: Host; at: number }) {
  const navigate = useNavigate();
  const { select } = useHostCalls();
  const deploy = () => void navigate(deployPath);
  const show = () => (host.selected ? deploy() : select.mutate(host.id, { onSuccess: deploy }));
  return (
    <div className={classes.done} role="status">
      <StatusLabel status="completed" word="Everything is in place" />
      <span className={classes.quiet} aria-live="off">
        looked at <Age at={at} />
      </span>
      <span className={classes.next}>
        <Button onClick={show}>{host.selected ? 'Go on to Deploy' : 'Show this host and deploy'}</Button>
      </span>
    </div>
  );
}

/** In the places of what is being measured. */
function Waiting({ failed }: { failed: boolean }) {
  if (failed) return null;
  return (
    <div className={classes.columns}>
      <Skeleton height={420} />
      <Skeleton height={420} />
    </div>
  );
}
