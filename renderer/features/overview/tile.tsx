import { memo } from 'react';
import { Link } from 'react-router';
import type { ServiceProgress, ServiceRow } from '../../../preload/contract';
import { formatBytes, formatLatency, formatPercent } from '../../lib/format';
import { fromOverview, servicePath } from '../../lib/routes';
import { shownVerdict } from '../../rpc/observed';
import { StaleAge } from '../../ui/age';
import { Meter, ProgressBar } from '../../ui/meter';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './tiers.module.css';

const settled = new Set<ServiceProgress['phase']>(['ready', 'unchanged', 'waiting']);
const selfEvident = new Set<ServiceRow['verdict']['state']>(['healthy', 'running', 'completed']);

/** One service at a glance. The whole tile leads to its logs. Rows arrive a few at a time: the others are not drawn anew. */
export const Tile = memo(function Tile({
  row,
  progress,
}: {
  row: ServiceRow;
  progress: ServiceProgress | null;
}) {
  const { verdict } = row;
  const { state, past } = shownVerdict(row);
  const working = progress !== null && !settled.has(progress.phase);
  return (
    <Link className={classes.tile} to={servicePath(row.id)} state={fromOverview} data-state={verdict.state}>
      <span className={classes.tileHead}>
        <span className={classes.tileTitle} title={row.title}>
          {row.title}
        </span>
        <span className={classes.tileAge}>
          <StaleAge at={verdict.observedAt} />
        </span>
      </span>
      <span className={classes.tileStatus}>
        <StatusLabel status={state} past={past} />
        <span className={classes.latency}>{latencyOf(row)}</span>
      </span>
      {working ? <Working progress={progress} /> : <Facts row={row} />}
    </Link>
  );
});

function latencyOf({ verdict }: ServiceRow): string {
  return verdict.evidence === null ? '' : formatLatency(verdict.evidence.latencyMs);
}

function Working({ progress }: { progress: ServiceProgress }) {
  return (
    <span className={classes.facts}>
      <span className={classes.step} title={progress.detail}>
        {progress.detail === '' ? progress.phase : progress.detail}
      </span>
      <ProgressBar
        done={progress.done}
        total={progress.total}
        label={`${progress.service}: ${progress.phase}`}
      />
    </span>
  );
}

function Facts({ row }: { row: ServiceRow }) {
  const { usage } = row;
  const { state, reason } = shownVerdict(row);
  if (!selfEvident.has(state))
    return (
      <span className={classes.reason} title={reason}>
        {reason}
      </span>
    );
  const memory = `${formatBytes(usage?.memoryBytes)} of ${limitWords(usage?.memoryLimitBytes)}`;
  return (
    <span className={classes.facts}>
      <span className={classes.usage}>
        <span title={`Memory ${memory}`}>
          {formatBytes(usage?.memoryBytes)}
          <span className={classes.limit}> of {limitWords(usage?.memoryLimitBytes)}</span>
        </span>
        <span>CPU {formatPercent(usage?.cpuPercent)}</span>
      </span>
      <Meter
        value={usage?.memoryBytes ?? null}
        max={usage?.memoryLimitBytes ?? null}
        label={`Memory ${memory}`}
      />
    </span>
  );
}

function limitWords(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined ? 'no limit' : formatBytes(bytes);
}
