import { Link } from 'react-router';
import type { Host } from '../../../preload/contract';
import { hostPath } from '../../lib/routes';
import { engineLine, hostState, stuckWords } from '../../rpc/host-words';
import { Elapsed } from '../../ui/age';
import { Skeleton } from '../../ui/skeleton';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './hosts.module.css';

interface HostListProps {
  hosts: readonly Host[];
  /** Id of the one in detail. */
  chosen: string;
  waiting: boolean;
}

export function HostList({ hosts, chosen, waiting }: HostListProps) {
  return (
    <section className={classes.list} aria-label="Known hosts">
      {waiting ? <Skeleton height={56} /> : null}
      <ul>
        {hosts.map((host) => (
          <li key={host.id}>
            <Link
              className={classes.entry}
              to={hostPath(host.id)}
              aria-current={host.id === chosen ? 'page' : undefined}
            >
              <Entry host={host} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Entry({ host }: { host: Host }) {
  const { connection } = host;
  const engine = engineLine(connection);
  return (
    <>
      <span className={classes.entryHead}>
        <strong className={classes.entryTitle}>{host.title}</strong>
        {host.selected ? <span className={classes.tag}>shown</span> : null}
      </span>
      <span className={classes.entryState}>
        <StatusLabel {...hostState(host)} />
        {'since' in connection ? (
          <span className={classes.quiet}>
            for <Elapsed since={connection.since} />
          </span>
        ) : null}
      </span>
      <span className={classes.entryNote}>{engine === '' ? stuckWords(host) || host.endpoint : engine}</span>
    </>
  );
}
