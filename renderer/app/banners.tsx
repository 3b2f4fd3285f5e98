import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { HopReport, Host, Stack } from '../../preload/contract';
import { formatClock, formatDuration, formatMoment } from '../lib/format';
import { hostPath, hostsPath } from '../lib/routes';
import { useNow } from '../lib/use-now';
import { useHostCalls, useRefreshStack, useSettleUnfinished } from '../rpc/actions';
import { explainFailure } from '../rpc/errors';
import { bareFinding } from '../rpc/hop-lines';
import { failedHop, hostState, stuckWords, waitsForPerson } from '../rpc/host-words';
import { useTasks } from '../rpc/live';
import { useWorkspace } from '../rpc/workspace';
import { Age } from '../ui/age';
import { Notice } from '../ui/notice';
import classes from './banners.module.css';

/** What holds for the whole window: the engine is away, an apply did not end, this is the sandbox. */
export function Banners() {
  const { host, stack } = useWorkspace();
  const told = useToldBelow(host);
  const busy = useTasks().items.some(
    (task) =>
      task.stackId === stack?.id &&
      task.hostId === host?.id &&
      (task.status.state === 'running' || task.status.state === 'queued'),
  );
  return (
    <div className={classes.banners}>
      {stack?.sandbox ? <SandboxStrip /> : null}
      {host?.connection.state === 'unreachable' && !told ? <Unreachable host={host} /> : null}
      {stack?.unreadable === undefined ? null : <Unreadable stack={stack} unreadable={stack.unreadable} />}
      {stack === null || busy ? null : <ChangedElsewhere stack={stack} />}
      {stack !== null && stack.unfinished !== null && !busy ? <Unfinished stack={stack} /> : null}
    </div>
  );
}

function Unreadable({ stack, unreadable }: { stack: Stack; unreadable: NonNullable<Stack['unreadable']> }) {
  const now = useNow();
  const { failure, lastReadAt } = unreadable;
  const { title, detail } = explainFailure(failure);
  return (
    <div className={classes.notice}>
      <Notice tone="warn" title={`The definition of ${stack.title} can’t be read: ${title}`}>
        {detail === '' ? null : `${detail}. `}
        {lastReadAt === null
          ? 'Rows show what the containers tell of themselves.'
          : `Rows show the last definition, read at ${formatMoment(lastReadAt, now)}.`}
      </Notice>
    </div>
  );
}

/** A console elsewhere changes the stack, or did when it went away. What it left to continue has its own notice. */
function ChangedElsewhere({ stack }: { stack: Stack }) {
  const now = useNow();
  const refresh = useRefreshStack();
  const { changedBy, unfinished, title } = stack;
  const state = changedBy === undefined ? '' : `${changedBy.since} ${changedBy.stale}`;
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state) return;
    before.current = state;
    void refresh();
  }, [state, refresh]);
  if (changedBy === undefined || (changedBy.stale && unfinished !== null)) return null;
  const since = formatMoment(changedBy.since, now);
  return (
    <div className={classes.notice}>
      {changedBy.stale ? (
        <Notice tone="warn" title={`${changedBy.owner} went away while changing ${title}`}>
          Its lock, taken at {since}, is still held. Deploy offers to break it.
        </Notice>
      ) : (
        <Notice tone="busy" title={`${changedBy.owner} is changing ${title}, since ${since}`} />
      )}
    </div>
  );
}

/** Hosts says all of it itself, and more; so does Overview of a host over SSH that never answered. */
function useToldBelow(host: Host | null): boolean {
  const { pathname } = useLocation();
  const { connection, link } = host ?? {};
  const never = connection?.state === 'unreachable' && connection.lastSeenAt === null;
  return pathname.startsWith(hostsPath) || (pathname === '/' && link != null && never);
}

function SandboxStrip() {
  return (
    <div className={classes.sandbox}>
      <strong>Sandbox</strong>
      <span>
        Imitates the platform’s services on this host for trying things out. Nothing here is production.
      </span>
    </div>
  );
}

function Unreachable({ host }: { host: Host }) {
  const { retry } = useHostCalls();
  const navigate = useNavigate();
  const now = useNow();
  const { connection } = host;
  if (connection.state !== 'unreachable') return null;
  const { title, why } = unreachableWords(host);
  return (
    <div className={classes.notice}>
      <Notice
        tone="bad"
        urgent
        title={title}
        actions={
          <>
            {host.link === null ? null : (
              <Button variant="default" onClick={() => navigate(hostPath(host.id))}>
                Show the way
              </Button>
            )}
            <Button onClick={() => retry.mutate(host.id)} loading={retry.isPending}>
              {waitsForPerson(host) ? 'Try again' : 'Retry now'}
            </Button>
          </>
        }
      >
        {why === '' ? null : `${why} `}
        {/* The countdown turns every second and must not be read out each time. */}
        <span aria-live="off">{retryWords(host, now)} </span>
        {connection.lastSeenAt === null ? null : (
          <span aria-live="off">
            What is shown below is the last known state, seen <Age at={connection.lastSeenAt} />.
          </span>
        )}
      </Notice>
    </div>
  );
}

/** Over SSH the title names the hop; the words of that hop follow it. */
function unreachableWords(host: Host): { title: string; why: string } {
  const { connection, link, endpoint } = host;
  if (connection.state !== 'unreachable') return { title: '', why: '' };
  const { detail, title } = explainFailure(connection.failure);
  const since = formatClock(connection.since);
  if (link === null)
    return { title: `Engine not reachable since ${since} — ${endpoint}: ${detail || title}`, why: '' };
  const { word } = hostState(host);
  const stuck = stuckWords(host);
  const hop = failedHop(host);
  return {
    title: `${host.title}: ${word.toLowerCase()} since ${since}${stuck === '' ? '' : `, ${stuck}`}`,
    why: hop === null ? detail || title : whyWords(host, hop),
  };
}

function whyWords({ connection }: Host, hop: HopReport): string {
  // Two fingerprints and what they mean need more room than a banner has.
  if (connection.state === 'unreachable' && connection.failure.code === 'HOST_KEY_CHANGED')
    return `${hop.machine} is not the machine it was, or another one answers in its place. No credential was sent.`;
  return [bareFinding(hop), hop.advice].filter(Boolean).join(' ');
}

function retryWords({ link, connection }: Host, now: number): string {
  if (connection.state !== 'unreachable' || waitsForPerson({ link, connection })) return '';
  if (connection.nextAttemptAt === null) return link === null ? '' : 'Being tried now.';
  if (connection.nextAttemptAt - now < 1000) return 'Retrying now.';
  return `Next try in ${formatDuration(connection.nextAttemptAt - now)}.`;
}

function Unfinished({ stack }: { stack: Stack }) {
  const settle = useSettleUnfinished();
  const now = useNow();
  if (stack.unfinished === null) return null;
  const { journalId, startedAt, phase, doneSteps, totalSteps } = stack.unfinished;
  const settleBy = (choice: 'continue' | 'undo' | 'dismiss') => () => settle.mutate({ journalId, choice });
  return (
    <div className={classes.notice}>
      <Notice
        tone="warn"
        title={`An apply of ${stack.title} did not end: ${doneSteps} of ${totalSteps} steps done, stopped while ${phase}`}
        actions={
          <>
            <Button onClick={settleBy('continue')} disabled={settle.isPending}>
              Continue
            </Button>
            <Button variant="default" onClick={settleBy('undo')} disabled={settle.isPending}>
              Undo
            </Button>
            <Button variant="subtle" color="gray" onClick={settleBy('dismiss')} disabled={settle.isPending}>
              Dismiss
            </Button>
          </>
        }
      >
        Started at {formatMoment(startedAt, now)}. Continue does the remaining steps, Undo takes back what
        that apply created, Dismiss leaves everything as it is.
      </Notice>
    </div>
  );
}
