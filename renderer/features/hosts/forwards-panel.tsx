import { Button } from '@mantine/core';
import type { Forward } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { useForwardCalls } from '../../rpc/actions';
import { useForwards } from '../../rpc/live';
import { Age } from '../../ui/age';
import { Panel } from '../../ui/panel';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './hosts.module.css';

function targetWords({ target }: Forward): string {
  return target.kind === 'service'
    ? `${target.service}, port ${target.port}`
    : `port ${target.port} of the host`;
}

/** Ports of this machine that lead to this host; they stay bound while the link is away. */
export function ForwardsPanel({ hostId }: { hostId: string }) {
  const forwards = useForwards().items.filter((forward) => forward.hostId === hostId);
  return (
    <Panel title="Forwarded ports" flush aside={<span>{formatCount(forwards.length, 'port')}</span>}>
      {forwards.length === 0 ? (
        <p className={classes.none}>Opening a service of this host in the browser makes one.</p>
      ) : (
        <ul>
          {forwards.map((forward) => (
            <Entry key={forward.id} forward={forward} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Entry({ forward }: { forward: Forward }) {
  const { open, close } = useForwardCalls();
  const { url, failure, connections, openedAt } = forward;
  const words = targetWords(forward);
  return (
    <li className={classes.forward}>
      <code>{url}</code>
      <span>{words}</span>
      <StatusLabel
        status={failure === null ? 'healthy' : 'degraded'}
        word={failure === null ? 'Bound' : 'Last connection failed'}
      />
      <span className={classes.forwardNote}>
        {failure ?? `${formatCount(connections, 'connection')} open, bound `}
        {failure === null ? <Age at={openedAt} /> : null}
      </span>
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
    </li>
  );
}
