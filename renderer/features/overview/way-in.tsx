import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import { errorData, type Host } from '../../../preload/contract';
import { formatDuration } from '../../lib/format';
import { hostPath, hostsPath, preparePath } from '../../lib/routes';
import { useNow } from '../../lib/use-now';
import { useHostCalls } from '../../rpc/actions';
import { explainFailure } from '../../rpc/errors';
import { bareFinding, hopMachines } from '../../rpc/hop-lines';
import { engineMissing, failedHop, hostState, stuckWords, waitsForPerson } from '../../rpc/host-words';
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
  const bare = engineMissing(host);
  const { what, advice } = whatToDo(host);
  return (
    <Panel title={bare ? 'The machine answers, its engine does not' : 'What to do'}>
      <p>{what}</p>
      <p>{advice}</p>
      <p className={classes.quiet}>
        <NextTry host={host} />
      </p>
      <div className={classes.next}>
        {bare ? <Button onClick={() => navigate(preparePath(host.id))}>Prepare this machine…</Button> : null}
        <Button
          variant={bare ? 'default' : 'filled'}
          onClick={() => retry.mutate(host.id)}
          loading={retry.isPending}
        >
          Try again
        </Button>
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

/** The failed hop knows best; a failure before the first hop has only its own words. */
function whatToDo(host: Host): { what: string; advice: string } {
  const hop = failedHop(host);
  if (hop !== null) return { what: bareFinding(hop), advice: hop.advice };
  const { connection } = host;
  if (connection.state !== 'unreachable') return { what: '', advice: '' };
  const { title, detail, advice } = explainFailure(connection.failure);
  return { what: detail || title, advice };
}

function NextTry({ host }: { host: Host }) {
  const now = useNow();
  const { connection } = host;
  if (connection.state !== 'unreachable') return null;
  if (waitsForPerson(host))
    return 'It is not tried again by itself: repeated sign-ins could lock the account.';
  if (connection.nextAttemptAt === null) return 'Being tried now.';
  return `Next try in ${formatDuration(Math.max(0, connection.nextAttemptAt - now))}.`;
}
