import { Button } from '@mantine/core';
import type { Forward, Host } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { useForwardCalls } from '../../rpc/actions';
import { useForwards } from '../../rpc/live';
import { Age } from '../../ui/age';
import { Panel } from '../../ui/panel';
import { StatusLabel, type StatusName } from '../../ui/status-glyph';
import classes from './hosts.module.css';

function targetWords({ target }: Forward): string {
  return target.kind === 'service'
    ? `${target.service}, port ${target.port}`
    : `port ${target.port} of the host`;
}

/** Ports of this machine that lead to this host; they stay bound while the link is away. */
export function ForwardsPanel({ host }: { host: Host }) {
  const forwards = useForwards().items.filter((forward) => forward.hostId === host.id);
  const reached = host.connection.state === 'connected';
  return (
    <Panel title="Forwarded ports" flush aside={<span>{formatCount(forwards.length, 'port')}</span>}>
      {forwards.length === 0 ? (
        <p className={classes.none}>Opening a service of this host in the browser makes one.</p>
      ) : (
        <ul>
          {forwards.map((forward) => (
            <Entry key={forward.id} forward={forward} reached={reached} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** `Bound` alone would say that it leads somewhere. */
function stateOf({ failure }: Forward, reached: boolean): { status: StatusName; word: string } {
  if (!reached) return { status: 'degraded', word: 'Bound, waits for the host' };
  if (failure !== null) return { status: 'degraded', word: 'Last connection failed' };
  return { status: 'healthy', word: 'Bound' };
}

function Entry({ forward, reached }: { forward: Forward; reached: boolean }) {
  const { open, close } = useForwardCalls();
  const { url, failure, connections, openedAt } = forward;
  const words = targetWords(forward);
  return (
    <li className={classes.forward}>
      <code>{url}</code>
      <span>{words}</span>
      <StatusLabel {...stateOf(forward, reached)} />
      <Button variant="default" aria-label={`Open ${words}`} onClick={() => open.mutate(url)}>
        Open
      </Button>
      <Button
        variant="subtle"
        color="gray"
        aria-label={`Close the port to ${words}`}
        onClick={() => close.mutate(forward.id)}
      >
        Close
      </Button>
      <span className={classes.forwardNote}>
        {formatCount(connections, 'connection')} open, bound <Age at={openedAt} />
        {failure === null ? null : ` · last connection failed: ${failure}`}
      </span>
    </li>
  );
}
