import type { ReactNode } from 'react';
import type { LinkReport } from '../../../preload/contract';
import { formatBytes, formatLatency, UNKNOWN } from '../../lib/format';
import { Elapsed } from '../../ui/age';
import { Panel } from '../../ui/panel';
import { StatusLabel, type StatusName } from '../../ui/status-glyph';
import classes from './hosts.module.css';

const states: Record<LinkReport['state'], { status: StatusName; word: string }> = {
  closed: { status: 'stopped', word: 'Closed' },
  opening: { status: 'starting', word: 'Opening' },
  open: { status: 'healthy', word: 'Open' },
  lost: { status: 'unhealthy', word: 'Lost' },
};

const transports: Record<NonNullable<LinkReport['transport']>, string> = {
  streamlocal: 'engine socket forwarded over the connection',
  'dial-stdio': 'docker system dial-stdio, pooled',
  'sudo-dial-stdio': 'sudo docker system dial-stdio, pooled',
};

const connections: Record<NonNullable<LinkReport['tcp']>, string> = {
  forwarded: 'forwarded by the SSH server',
  relayed: 'carried by programs there: the SSH server forwards none',
  refused: 'none: the SSH server forwards none, and perl is missing there',
};

function engineChannels({ engine, engineIdle }: LinkReport['channels']): string {
  return `${engine}, ${engineIdle} of them idle`;
}

/** What the one SSH connection of this host is doing. Every line stands from the start: nothing moves when it opens. */
export function LinkPanel({ link }: { link: LinkReport }) {
  const { channels } = link;
  const facts: [string, ReactNode][] = [
    ['State', <LinkState key="state" link={link} />],
    ['Transport', link.transport === null ? UNKNOWN : transports[link.transport]],
    ['To containers', link.tcp === undefined ? UNKNOWN : connections[link.tcp]],
    ['Round trip', formatLatency(link.roundTripMs)],
    ['Sent', formatBytes(link.sentBytes)],
    ['Received', formatBytes(link.receivedBytes)],
    [
      'Handshakes',
      `${link.handshakes} since the console started: also after a loss, for bulk transfers and to jump hosts`,
    ],
    ['Engine channels', engineChannels(channels)],
    ['Programs', channels.programs],
    ['Port forwards', channels.forwards],
    ['Bulk transfers', channels.bulk === 0 ? '0' : `${channels.bulk}, on a connection of their own`],
  ];
  return (
    <Panel title="Connection" flush>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function LinkState({ link }: { link: LinkReport }) {
  return (
    <span className={classes.linkState}>
      <StatusLabel {...states[link.state]} />
      {link.since === 0 ? null : (
        <span className={classes.quiet}>
          for <Elapsed since={link.since} />
        </span>
      )}
    </span>
  );
}
