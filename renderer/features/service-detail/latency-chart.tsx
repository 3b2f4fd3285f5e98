import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { ProbeResult } from '../../../preload/contract';
import { formatClock, formatLatency } from '../../lib/format';
import { Age } from '../../ui/age';
import classes from './latency-chart.module.css';
import { toPoints } from './latency-points';

const HEIGHT_PX = 160;
/** An answer between two gaps is no line: only its dot shows it. */
const DOT = { r: 1.5, strokeWidth: 0, fill: 'var(--accent)' };

/** Latency of the probes over time; the table below holds the same figures. */
export default function LatencyChart({ results }: { results: readonly ProbeResult[] }) {
  const points = toPoints(results);
  const latest = points.at(-1);
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.title}>
        Probe latency, milliseconds
        <span className={classes.latest}>
          {' '}
          latest {formatLatency(latest?.latencyMs)}
          {latest === undefined ? null : (
            <>
              , <Age at={latest.at} />
            </>
          )}
        </span>
      </figcaption>
      <ResponsiveContainer width="100%" height={HEIGHT_PX}>
        <LineChart data={points} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} accessibilityLayer>
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            scale="time"
            domain={['dataMin', 'dataMax']}
            tickFormatter={formatClock}
            minTickGap={64}
            stroke="var(--edge)"
            tick={{ fill: 'var(--muted)', fontSize: 12 }}
          />
          <YAxis width={48} stroke="var(--edge)" tick={{ fill: 'var(--muted)', fontSize: 12 }} />
          <Tooltip
            isAnimationActive={false}
            labelFormatter={(at) => formatClock(Number(at))}
            formatter={(value) => [formatLatency(Number(value)), 'Latency']}
            contentStyle={{ background: 'var(--panel)', border: '1px solid var(--line)', borderRadius: 4 }}
          />
          <Line
            dataKey="latencyMs"
            stroke="var(--accent)"
            strokeWidth={1.5}
            dot={DOT}
            isAnimationActive={false}
            connectNulls={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </figure>
  );
}
