import type { HopReport, Host } from '../../../preload/contract';
import { errorData } from '../../../preload/contract';
import { useNow } from '../../lib/use-now';
import { hostFailure, nextAttemptWords } from '../../rpc/host-failure';
import { waitsForPerson } from '../../rpc/host-words';
import { Age } from '../../ui/age';
import { KeyChanged } from '../../ui/key-changed';
import { Notice } from '../../ui/notice';
import classes from './hosts.module.css';

interface HostTroubleProps {
  host: Host;
  failed: HopReport | null;
}

/** Why a host is not reached, and what ends that. Nothing while it is. */
export function HostTrouble({ host, failed }: HostTroubleProps) {
  const { connection } = host;
  if (connection.state !== 'unreachable') return null;
  const changed = errorData.HOST_KEY_CHANGED.safeParse(connection.failure.data);
  if (connection.failure.code === 'HOST_KEY_CHANGED' && changed.success)
    return <KeyChanged {...changed.data} machine={failed?.machine ?? host.title} />;
  const words = hostFailure(host);
  return (
    <Notice tone={waitsForPerson(host) ? 'warn' : 'bad'} title={words?.title}>
      <p>{words?.what}</p>
      <p>{words?.advice}</p>
      <p className={classes.quiet} aria-live="off">
        Last answer of its engine: <Age at={connection.lastSeenAt} />. <NextAttempt host={host} />
      </p>
    </Notice>
  );
}

/** Apart, so that a second that passes draws this line and no other. */
function NextAttempt({ host }: { host: Host }) {
  return nextAttemptWords(host, useNow());
}
