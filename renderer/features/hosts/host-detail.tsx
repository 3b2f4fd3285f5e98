import type { Host } from '../../../preload/contract';
import { dockerCommand, sshCommand } from '../../lib/ssh-words';
import { engineLine, failedHop, hostState, isLocal, stuckWords } from '../../rpc/host-words';
import { useProbe } from '../../rpc/ssh-hosts';
import { Elapsed } from '../../ui/age';
import { Command } from '../../ui/command';
import { StatusLabel } from '../../ui/status-glyph';
import { ForwardsPanel } from './forwards-panel';
import { HostActions } from './host-actions';
import { HostTrouble } from './host-trouble';
import classes from './hosts.module.css';
import { LinkPanel } from './link-panel';
import { useCheckOnArrival } from './use-check-on-arrival';
import { WayPanel } from './way-panel';

const sources: Record<Host['source'], string> = {
  context: 'Docker context',
  environment: 'from DOCKER_HOST',
  socket: 'default socket',
  added: 'added here',
};

/** Everything about one host: how it is, how it is reached, what its connection carries. */
export function HostDetail({ host }: { host: Host }) {
  const probe = useProbe(host.id);
  useCheckOnArrival(host, probe.start);
  return (
    <section className={classes.detail} aria-labelledby="host-title">
      <div className={classes.card}>
        <div className={classes.headline}>
          <h2 id="host-title" className={classes.title}>
            {host.title}
          </h2>
          <span className={classes.tag}>{isLocal(host.endpoint) ? 'local' : 'remote'}</span>
          <span className={classes.quiet}>{sources[host.source]}</span>
          <HostActions host={host} probe={probe} />
        </div>
        <State host={host} />
        <HostTrouble host={host} failed={failedHop(host)} />
        <Endpoint endpoint={host.endpoint} />
      </div>
      {host.link === null ? null : (
        <div className={classes.panels}>
          <WayPanel link={host.link} probe={probe} />
          <LinkPanel link={host.link} />
        </div>
      )}
      {host.link === null ? null : <ForwardsPanel host={host} />}
    </section>
  );
}

function State({ host }: { host: Host }) {
  const { connection } = host;
  const facts = connection.state === 'connected' ? connection : null;
  return (
    <div className={classes.state} role="status">
      <StatusLabel {...hostState(host)} />
      {'since' in connection ? (
        <span className={classes.quiet} aria-live="off">
          for <Elapsed since={connection.since} />
        </span>
      ) : null}
      {facts === null ? (
        <span className={classes.quiet}>{stateNote(host)}</span>
      ) : (
        <span>
          {engineLine(facts)} · API {facts.apiVersion} · {facts.operatingSystem}
        </span>
      )}
      {facts === null || facts.advice === null ? null : <p className={classes.advice}>{facts.advice}</p>}
    </div>
  );
}

function stateNote(host: Host): string {
  const { connection, link } = host;
  if (connection.state === 'unsupported') return connection.reason;
  if (connection.state !== 'idle') return stuckWords(host);
  if (link === null) return 'Connects when it is shown.';
  if (link.state === 'open')
    return 'The machine is signed in to; its engine is asked once this host is shown.';
  return 'Nothing is connected until this host is shown or its connection is checked.';
}

function Endpoint({ endpoint }: { endpoint: string }) {
  const shell = sshCommand(endpoint);
  return (
    <dl className={classes.endpoint}>
      {shell === null ? null : (
        <div>
          <dt>Shell</dt>
          <dd>
            <Command text={shell} label="Copy the ssh command" />
          </dd>
        </div>
      )}
      <div>
        <dt>Engine</dt>
        <dd>
          <Command text={dockerCommand(endpoint)} label="Copy the docker command" />
        </dd>
      </div>
    </dl>
  );
}
