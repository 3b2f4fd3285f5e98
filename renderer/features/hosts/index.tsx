/** Every engine this console knows: contexts, DOCKER_HOST, the default socket. */
import { Button } from '@mantine/core';
import type { Host } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { useHostCalls } from '../../rpc/actions';
import { explainFailure } from '../../rpc/errors';
import { engineLine, hostStates, isLocal } from '../../rpc/host-words';
import { useWorkspace } from '../../rpc/workspace';
import { Age, Elapsed } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { Panel, Screen } from '../../ui/panel';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './hosts.module.css';

export function HostsScreen() {
  const { hosts } = useWorkspace();
  return (
    <Screen
      title="Hosts"
      aside={
        <span>
          {formatCount(hosts.items.length, 'engine')} known · updated <Age at={hosts.receivedAt} />
        </span>
      }
    >
      <Panel title="Engines" flush>
        {hosts.items.length === 0 ? (
          <Empty title={hosts.status === 'waiting' ? 'Looking for engines' : 'No engine is known'}>
            Docker contexts, DOCKER_HOST and the default socket are listed here.
          </Empty>
        ) : (
          <ul>
            {hosts.items.map((host) => (
              <HostEntry key={host.id} host={host} />
            ))}
          </ul>
        )}
      </Panel>
    </Screen>
  );
}

const sources: Record<Host['source'], string> = {
  context: 'Docker context',
  environment: 'DOCKER_HOST',
  socket: 'default socket',
  added: 'added here',
};

function HostEntry({ host }: { host: Host }) {
  const { connection } = host;
  const state = hostStates[connection.state];
  return (
    <li className={classes.host} data-selected={host.selected}>
      <div className={classes.who}>
        <h3 className={classes.title}>{host.title}</h3>
        <span className={classes.quiet}>
          {sources[host.source]}, {isLocal(host.endpoint) ? 'local' : 'remote'}
        </span>
        <code className={classes.endpoint}>{host.endpoint}</code>
      </div>
      <div className={classes.how}>
        <span className={classes.state}>
          <StatusLabel status={state.status} word={state.word} />
          {'since' in connection ? (
            <span className={classes.quiet}>
              for <Elapsed since={connection.since} />
            </span>
          ) : null}
        </span>
        <Details connection={connection} />
      </div>
      <Buttons host={host} />
    </li>
  );
}

function Details({ connection }: { connection: Host['connection'] }) {
  if (connection.state === 'unsupported') return <span>{connection.reason}</span>;
  if (connection.state === 'unreachable') return <Unreachable connection={connection} />;
  if (connection.state !== 'connected')
    return <span className={classes.quiet}>Connects when it is chosen.</span>;
  return (
    <>
      <span>
        {engineLine(connection)} · API {connection.apiVersion} · {connection.operatingSystem}
      </span>
      {connection.advice === null ? null : <span className={classes.advice}>{connection.advice}</span>}
    </>
  );
}

function Unreachable({ connection }: { connection: Extract<Host['connection'], { state: 'unreachable' }> }) {
  const { detail, title, advice } = explainFailure(connection.failure);
  return (
    <>
      <span>{detail === '' ? title : detail}</span>
      <span className={classes.quiet}>
        {advice} Last answer: <Age at={connection.lastSeenAt} />.
      </span>
    </>
  );
}

function Buttons({ host }: { host: Host }) {
  const { select, retry } = useHostCalls();
  const { state } = host.connection;
  return (
    <div className={classes.buttons}>
      {state === 'unreachable' ? (
        <Button variant="default" aria-label={`Retry ${host.title}`} onClick={() => retry.mutate(host.id)}>
          Retry
        </Button>
      ) : null}
      {host.selected ? (
        <span className={classes.shown}>Shown on every screen</span>
      ) : (
        <Button
          variant="default"
          aria-label={`Show ${host.title}`}
          disabled={state === 'unsupported'}
          onClick={() => select.mutate(host.id)}
        >
          Show this host
        </Button>
      )}
    </div>
  );
}
