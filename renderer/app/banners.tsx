import { Button } from '@mantine/core';
import type { Host } from '../../preload/contract';
import { formatClock, formatDuration } from '../lib/format';
import { useNow } from '../lib/use-now';
import { useHostCalls } from '../rpc/actions';
import { explainFailure } from '../rpc/errors';
import { useTasks } from '../rpc/live';
import { useWorkspace } from '../rpc/workspace';
import { Age } from '../ui/age';
import { Notice } from '../ui/notice';
import classes from './banners.module.css';
import { StackBanners } from './stack-banners';

/** What holds for the whole window: the engine is away, an apply did not end, this is the sandbox. */
export function Banners() {
  const { host, stack } = useWorkspace();
  const busy = useTasks().items.some(
    (task) =>
      task.stackId === stack?.id && (task.status.state === 'running' || task.status.state === 'queued'),
  );
  return (
    <div className={classes.banners}>
      {stack?.sandbox ? <SandboxStrip /> : null}
      {host?.connection.state === 'unreachable' ? <Unreachable host={host} /> : null}
      {stack === null ? null : <StackBanners stack={stack} busy={busy} />}
    </div>
  );
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
  const now = useNow();
  const { connection } = host;
  if (connection.state !== 'unreachable') return null;
  const { detail, title } = explainFailure(connection.failure);
  return (
    <div className={classes.notice}>
      <Notice
        tone="bad"
        urgent
        title={`Engine not reachable since ${formatClock(connection.since)} — ${host.endpoint}: ${detail || title}`}
        actions={
          <Button onClick={() => retry.mutate(host.id)} loading={retry.isPending}>
            Retry now
          </Button>
        }
      >
        {/* The countdown turns every second and must not be read out each time. */}
        <span aria-live="off">{retryWords(connection.nextAttemptAt, now)} </span>
        {connection.lastSeenAt === null ? null : (
          <span aria-live="off">
            What is shown below is the last known state, seen <Age at={connection.lastSeenAt} />.
          </span>
        )}
      </Notice>
    </div>
  );
}

function retryWords(nextAttemptAt: number | null, now: number): string {
  if (nextAttemptAt === null) return '';
  if (nextAttemptAt - now < 1000) return 'Retrying now.';
  return `Retrying in ${formatDuration(nextAttemptAt - now)}.`;
}
