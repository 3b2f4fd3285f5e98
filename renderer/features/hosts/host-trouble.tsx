import type { HopReport, Host } from '../../../preload/contract';
import { errorData } from '../../../preload/contract';
import { formatDuration } from '../../lib/format';
import { useNow } from '../../lib/use-now';
import { explainFailure } from '../../rpc/errors';
import { bareFinding } from '../../rpc/hop-lines';
import { hopTitles, waitsForPerson } from '../../rpc/host-words';
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
  const words = explainFailure(connection.failure);
  const title = failed === null ? words.title : `${hopTitles[failed.hop]} failed: ${failed.machine}`;
  const advice = failed === null || failed.advice === '' ? words.advice : failed.advice;
  return (
    <Notice tone={waitsForPerson(host) ? 'warn' : 'bad'} title={title}>
      <p>{failed === null ? words.detail : bareFinding(failed)}</p>
      <p>{advice}</p>
      <p className={classes.quiet} aria-live="off">
        Last answer of its engine: <Age at={connection.lastSeenAt} />.{' '}
        <NextAttempt at={connection.nextAttemptAt} waits={waitsForPerson(host)} />
      </p>
    </Notice>
  );
}

function NextAttempt({ at, waits }: { at: number | null; waits: boolean }) {
  const now = useNow();
  if (waits) return 'It is not tried again by itself: repeated sign-ins could lock the account.';
  if (at === null) return 'Being tried now.';
  return `Next try in ${formatDuration(Math.max(0, at - now))}.`;
}
