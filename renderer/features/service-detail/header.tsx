import { ActionIcon, Drawer } from '@mantine/core';
import { IconExternalLink, IconPlayerPlay, IconPlayerStop, IconRefresh, IconX } from '@tabler/icons-react';
import type { ServiceRow } from '../../../preload/contract';
import { formatBytes, formatLatency, formatPercent } from '../../lib/format';
import { upSince } from '../../lib/uptime';
import { useOpenService } from '../../rpc/actions';
import { useConfirmedAct } from '../../rpc/confirmed-act';
import { useAway, useWorkspace } from '../../rpc/workspace';
import { ActButton } from '../../ui/act-button';
import { Age, Elapsed, Moment, StaleAge } from '../../ui/age';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './detail.module.css';

/** What the service is, how it is, since when, and how that is known. */
export function DetailHeader({ row, onClose }: { row: ServiceRow; onClose: () => void }) {
  const { verdict } = row;
  return (
    <div className={classes.header}>
      <div className={classes.headline}>
        <Drawer.Title className={classes.title}>{row.title}</Drawer.Title>
        <StatusLabel status={verdict.state} />
        <span className={classes.quiet}>
          since <Moment at={verdict.since} /> (<Elapsed since={verdict.since} />)
        </span>
        <div className={classes.actions}>
          <Actions row={row} />
          <ActionIcon aria-label="Close" onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </div>
      </div>
      <p className={classes.reason}>
        {verdict.reason}
        <span className={classes.quiet}>
          {' · '}
          {sourceWords(verdict)} <Age at={verdict.observedAt} />
        </span>
      </p>
      <Evidence row={row} />
      <Facts row={row} />
    </div>
  );
}

function sourceWords({ source, lastSeen }: ServiceRow['verdict']): string {
  if (source === 'probe') return 'seen by a probe from outside the container,';
  if (source === 'engine') return 'reported by the engine,';
  return lastSeen === undefined ? 'not observed,' : 'last seen';
}

function Evidence({ row }: { row: ServiceRow }) {
  const { evidence } = row.verdict;
  if (evidence === null) return null;
  const status = evidence.status === null ? evidence.outcome : `status ${evidence.status}`;
  return (
    <p className={classes.evidence}>
      <code>{evidence.target}</code>
      <span>
        {status} in {formatLatency(evidence.latencyMs)}
      </span>
      {evidence.excerpt === '' ? null : <code className={classes.excerpt}>{evidence.excerpt}</code>}
    </p>
  );
}

function Facts({ row }: { row: ServiceRow }) {
  const { usage } = row;
  const up = upSince(row);
  const limit = usage?.memoryLimitBytes == null ? 'no limit' : formatBytes(usage.memoryLimitBytes);
  const facts: [string, React.ReactNode][] = [
    ['CPU', formatPercent(usage?.cpuPercent)],
    [
      'Memory',
      <span key="memory">
        {formatBytes(usage?.memoryBytes)} of {limit}
        <StaleAge at={usage?.at ?? null} before=" · both measured " />
      </span>,
    ],
    ['Restarts', row.restarts],
    ['Uptime', up === null ? 'not running' : <Elapsed key="uptime" since={up} />],
    ['Image', row.image],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Actions({ row }: { row: ServiceRow }) {
  const act = useConfirmedAct();
  const open = useOpenService();
  const away = useAway();
  const { host } = useWorkspace();
  const running = row.engineState === 'running' || row.engineState === 'restarting';
  const run = (action: 'start' | 'stop' | 'restart') => () => act([row], action);
  const { webUrl } = row;
  return (
    <>
      {running ? (
        <>
          <ActButton
            variant="default"
            leftSection={<IconRefresh size={14} />}
            blocked={away}
            onClick={run('restart')}
          >
            Restart
          </ActButton>
          <ActButton
            variant="default"
            leftSection={<IconPlayerStop size={14} />}
            blocked={away}
            onClick={run('stop')}
          >
            Stop
          </ActButton>
        </>
      ) : (
        <ActButton
          leftSection={<IconPlayerPlay size={14} />}
          blocked={
            away ?? (row.containerId === null ? 'It has no container yet: apply the stack first' : null)
          }
          onClick={run('start')}
        >
          Start
        </ActButton>
      )}
      {webUrl === null ? null : (
        <ActButton
          variant="default"
          leftSection={<IconExternalLink size={14} />}
          blocked={host?.link == null ? null : away}
          onClick={() => open.mutate(row)}
        >
          Open
        </ActButton>
      )}
    </>
  );
}
