import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import { errorData, type Host } from '../../../preload/contract';
import { hostPath, hostsPath, preparePath } from '../../lib/routes';
import { useNow } from '../../lib/use-now';
import { useHostCalls } from '../../rpc/actions';
import { hopMachines } from '../../rpc/hop-lines';
import { attemptLabel, hostFailure, nextAttemptWords } from '../../rpc/host-failure';
import { engineMissing, failedHop, hostState, stuckWords } from '../../rpc/host-words';
import { ActButton } from '../../ui/act-button';
import { HopList } from '../../ui/hop-list';
import { KeyChanged } from '../../ui/key-changed';
import { Panel, Screen } from '../../ui/panel';
import classes from './overview.module.css';

/** A host over SSH that never answered: how far the way goes, and what leads on. */
export function WayIn({ host }: { host: Host }) {
  const stuck = stuckWords(host);
  return (
    <Screen title={`${host.title}: ${hostState(host).word.toLowerCase()}`} aside={<span>{stuck}</span>}>
      <ChangedKey host={host} />
      {host.connection.state === 'connecting' ? null : <NextAct host={host} />}
      <Panel title="Way to the engine" flush aside={<span>{host.endpoint}</span>}>
        <HopList machines={hopMachines(host.link?.hops ?? [])} />
      </Panel>
    </Screen>
  );
}

function ChangedKey({ host }: { host: Host }) {
  const { connection } = host;
  if (connection.state !== 'unreachable' || connection.failure.code !== 'HOST_KEY_CHANGED') return null;
  const changed = errorData.HOST_KEY_CHANGED.safeParse(connection.failure.data);
  if (!changed.success) return null;
  return <KeyChanged {...changed.data} machine={failedHop(host)?.machine ?? host.title} />;
}

function NextAct({ host }: { host: Host }) {
  const { retry } = useHostCalls();
  const navigate = useNavigate();
  const now = useNow();
  const bare = engineMissing(host);
  const { title = '', what = '', advice = '' } = hostFailure(host) ?? {};
  return (
    <Panel title={bare ? 'The machine answers, its engine does not' : 'What to do'}>
      <p>{what === '' ? title : what}</p>
      <p>{advice}</p>
      <p className={classes.quiet}>{nextAttemptWords(host, now)}</p>
      <div className={classes.next}>
        {bare ? <Button onClick={() => navigate(preparePath(host.id))}>Prepare this machine…</Button> : null}
        <ActButton
          variant={bare ? 'default' : 'filled'}
          onClick={() => retry.mutate(host.id)}
          busy={retry.isPending}
        >
          {attemptLabel(host)}
        </ActButton>
        <Button variant="default" onClick={() => navigate(hostPath(host.id))}>
          Show this host’s connection
        </Button>
        <Button variant="default" onClick={() => navigate(hostsPath)}>
          Choose another host
        </Button>
      </div>
    </Panel>
  );
}
