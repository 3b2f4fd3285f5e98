import { lazy, Suspense } from 'react';
import type { ProbeResult } from '../../../preload/contract';
import { formatLatency } from '../../lib/format';
import { explainError } from '../../rpc/errors';
import { useProbes } from '../../rpc/queries';
import { Moment } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { FailureNotice } from '../../ui/notice';
import { ScrollRegion } from '../../ui/scroll-region';
import { Skeleton } from '../../ui/skeleton';
import { StatusLabel, type StatusName } from '../../ui/status-glyph';
import classes from './detail.module.css';

/** The chart library is the largest part of the window and rarely the first thing wanted. */
const LatencyChart = lazy(() => import('./latency-chart'));

const outcomes: Record<ProbeResult['outcome'], { status: StatusName; word: string }> = {
  healthy: { status: 'healthy', word: 'Healthy' },
  degraded: { status: 'degraded', word: 'Degraded' },
  listening: { status: 'listening', word: 'Listening' },
  lying: { status: 'lying', word: 'Lying' },
  foreign: { status: 'foreign', word: 'Foreign' },
  unhealthy: { status: 'unhealthy', word: 'Unhealthy' },
  refused: { status: 'unhealthy', word: 'Refused' },
  timeout: { status: 'unhealthy', word: 'No answer' },
};

export function ProbesTab({ service }: { service: string }) {
  const probes = useProbes(service);
  if (probes.isError && probes.data === undefined)
    return <FailureNotice failure={explainError(probes.error)} />;
  if (probes.data === undefined) return <Skeleton height={240} />;
  if (probes.data.length === 0) {
    return (
      <Empty title="No probe has run yet">
        Probes start once the container runs and has something to ask.
      </Empty>
    );
  }
  return (
    <div className={classes.column}>
      <Suspense fallback={<Skeleton height={160} />}>
        <LatencyChart results={probes.data} />
      </Suspense>
      <ProbeTable results={probes.data} />
    </div>
  );
}

function ProbeTable({ results }: { results: readonly ProbeResult[] }) {
  return (
    <ScrollRegion className={classes.scroll} label="Probe history">
      <table className={classes.table}>
        <caption className={classes.caption}>{results.length} probes, newest first</caption>
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">Outcome</th>
            <th scope="col">Status</th>
            <th scope="col" className={classes.number}>
              Latency
            </th>
            <th scope="col">What the answer means</th>
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <ProbeRow key={result.at} result={result} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function ProbeRow({ result }: { result: ProbeResult }) {
  return (
    <tr title={`${result.target}\n${result.excerpt}`}>
      <td>
        <Moment at={result.at} />
      </td>
      <td>
        <StatusLabel {...outcomes[result.outcome]} />
      </td>
      <td>{result.status ?? 'none'}</td>
      <td className={classes.number}>{formatLatency(result.latencyMs)}</td>
      <td className={classes.meaning}>{result.reason}</td>
    </tr>
  );
}
