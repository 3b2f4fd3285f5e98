import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { Host } from '../../preload/contract';
import { formatClock } from '../lib/format';
import { hostPath, hostsPath } from '../lib/routes';
import { useNow } from '../lib/use-now';
import { useHostCalls } from '../rpc/actions';
import { explainFailure } from '../rpc/errors';
import { attemptLabel, hostFailure, nextAttemptWords } from '../rpc/host-failure';
import { failedHop, hostState, stuckWords, waitsForPerson } from '../rpc/host-words';
import { useTasks } from '../rpc/live';
import { useWorkspace } from '../rpc/workspace';
import { ActButton } from '../ui/act-button';
import { Age } from '../ui/age';
import { Notice } from '../ui/notice';
import classes from './banners.module.css';
import { StackBanners } from './stack-banners';

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
  const { ref, height } = useElementSize();
  useEffect(() => {
    document.documentElement.style.setProperty('--above', `${height}px`);
  }, [height]);
  return (
    <div ref={ref} className={classes.banners}>
      {stack?.sandbox ? <SandboxStrip /> : null}
      {host?.connection.state === 'unreachable' && !told ? <Unreachable host={host} /> : null}
      {stack === null ? null : <StackBanners stack={stack} busy={busy} />}
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
        tone={waitsForPerson(host) ? 'warn' : 'bad'}
        urgent
        title={title}
        actions={
          <>
            {host.link === null ? null : (
              <Button variant="default" onClick={() => navigate(hostPath(host.id))}>
                Show the way
              </Button>
            )}
            <ActButton onClick={() => retry.mutate(host.id)} busy={retry.isPending}>
              {attemptLabel(host)}
            </ActButton>
          </>
        }
      >
        {why === '' ? null : `${why} `}
        {/* The countdown turns every second and must not be read out each time. */}
        <span aria-live="off">{nextAttemptWords(host, now)} </span>
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
  return {
    title: `${host.title}: ${word.toLowerCase()} since ${since}${stuck === '' ? '' : `, ${stuck}`}`,
    why: whyWords(host),
  };
}

function whyWords(host: Host): string {
  const { connection } = host;
  // Two fingerprints and what they mean need more room than a banner has.
  if (connection.state === 'unreachable' && connection.failure.code === 'HOST_KEY_CHANGED') {
    const machine = failedHop(host)?.machine ?? host.title;
    return `${machine} is not the machine it was, or another one answers in its place. No credential was sent.`;
  }
  const { what = '', advice = '' } = hostFailure(host) ?? {};
  return [what, advice].filter(Boolean).join(' ');
}
