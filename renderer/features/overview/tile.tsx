import { Link } from 'react-router';
import type { ServiceProgress, ServiceRow } from '../../../preload/contract';
import { formatBytes, formatLatency, formatPercent } from '../../lib/format';
import { servicePath } from '../../lib/routes';
import { Age } from '../../ui/age';
import { Meter, ProgressBar } from '../../ui/meter';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './overview.module.css';

const settled = new Set<ServiceProgress['phase']>(['ready', 'unchanged', 'waiting']);
const selfEvident = new Set<ServiceRow['verdict']['state']>(['healthy', 'running', 'completed']);

/** One service at a glance. The whole tile leads to its logs. */
export function Tile({ row, progress }: { row: ServiceRow; progress: ServiceProgress | null }) {
  const { verdict } = row;
  const working = progress !== null && !settled.has(progress.phase);
  return (
    <Link className={classes.tile} to={servicePath(row.id)} data-state={verdict.state}>
      <span className={classes.tileHead}>
        <span className={classes.tileTitle}>{row.title}</span>
        <span className={classes.tileAge}>
          <Age at={verdict.observedAt} />
        </span>
      </span>
      <span className={classes.tileStatus}>
        <StatusLabel status={verdict.state} />
        <span className={classes.latency}>{latencyOf(row)}</span>
      </span>
      {working ? <Working progress={progress} /> : <Facts row={row} />}
    </Link>
  );
}

function latencyOf({ verdict }: ServiceRow): string {
  return verdict.evidence === null ? '' : formatLatency(verdict.evidence.latencyMs);
}

function Working({ progress }: { progress: ServiceProgress }) {
  return (
    <span className={classes.facts}>
      <span className={classes.reason}>{progress.detail === '' ? progress.phase : progress.detail}</span>
      <ProgressBar
        done={progress.done}
        total={progress.total}
        label={`${progress.service}: ${progress.phase}`}
      />
    </span>
  );
}

function Facts({ row }: { row: ServiceRow }) {
  const { usage, verdict } = row;
  const memory = `${formatBytes(usage?.memoryBytes)} of ${limitWords(usage?.memoryLimitBytes)}`;
  return (
    <span className={classes.facts}>
      {selfEvident.has(verdict.state) ? (
        <span className={classes.usage}>
          <span>{memory}</span>
          <span>CPU {formatPercent(usage?.cpuPercent)}</span>
        </span>
      ) : (
        <span className={classes.reason} title={verdict.reason}>
          {verdict.reason}
        </span>
      )}
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
