import type { Host } from '../../preload/contract';
import { formatClock, formatDuration } from '../lib/format';
import { explainFailure } from './errors';
import { bareFinding } from './hop-lines';
import { failedHop, hopTitles, hostState, waitsForPerson } from './host-words';

interface HostFailure {
  title: string;
  /** What was found. */
  what: string;
  advice: string;
}

/** Why a host is not reached. The failed hop knows best, unless a person said no there: nothing failed then. */
export function hostFailure(host: Host): HostFailure | null {
  const { connection } = host;
  if (connection.state !== 'unreachable') return null;
  const { title, detail, advice } = explainFailure(connection.failure);
  const hop = failedHop(host);
  if (hop === null || connection.failure.code === 'CANCELLED') return { title, what: detail, advice };
  const hopTitle = `${hopTitles[hop.hop]} failed: ${hop.machine}`;
  return { title: hopTitle, what: bareFinding(hop), advice: hop.advice === '' ? advice : hop.advice };
}

/** Why nothing can be asked of this host now, for what does not work meanwhile; null while its engine answers. */
export function awayWords(host: Host | null): string | null {
  if (host === null) return 'No host is shown';
  const { title, connection } = host;
  if (connection.state === 'connected') return null;
  const since = 'since' in connection ? ` since ${formatClock(connection.since)}` : '';
  const state = `${hostState(host).word.toLowerCase()}${since}`;
  return `Not while the engine of ${title} does not answer (${state})`;
}

/** On the button that makes the next attempt. */
export function attemptLabel(host: Pick<Host, 'link' | 'connection'>): string {
  return waitsForPerson(host) ? 'Connect again' : 'Try now';
}

const SOON_MS = 1000;

/** When it is tried next, or that it waits for somebody. `now` in epoch milliseconds. */
export function nextAttemptWords(host: Pick<Host, 'link' | 'connection'>, now: number): string {
  const { connection } = host;
  if (connection.state !== 'unreachable') return '';
  const { failure, nextAttemptAt } = connection;
  if (waitsForPerson(host))
    return failure.code === 'AUTH_REQUIRED'
      ? 'It is not tried again by itself: repeated sign-ins could lock the account.'
      : 'It is not tried again by itself.';
  if (nextAttemptAt === null || nextAttemptAt - now < SOON_MS) return 'Being tried now.';
  return `Next try in ${formatDuration(nextAttemptAt - now)}.`;
}
