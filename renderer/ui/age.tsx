import { formatAge, formatDuration, formatMoment, formatUptime } from '../lib/format';
import { useOnClock } from '../lib/use-now';

/** How long ago something was seen; the exact moment is in the title. */
export function Age({ at }: { at: number | null }) {
  const age = useOnClock((now) => formatAge(at, now));
  const moment = useOnClock((now) => (at === null ? '' : formatMoment(at, now)));
  if (at === null) return <span>never</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={moment}>
      {age}
    </time>
  );
}

/** How long something has been going on, without "ago": elapsed time. */
export function Elapsed({ since, until = null }: { since: number; until?: number | null }) {
  return <span>{useOnClock((now) => formatDuration(Math.max(0, (until ?? now) - since)))}</span>;
}

/** How long something has been up: past the first minute nobody counts seconds. */
export function Uptime({ since }: { since: number }) {
  return <span>{useOnClock((now) => formatUptime(Math.max(0, now - since)))}</span>;
}

/** The moment itself: a clock today, a date with a clock before. */
export function Moment({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{useOnClock((now) => formatMoment(at, now))}</time>;
}

/** Well above the jitter of what is asked every few seconds. */
const STALE_AFTER_MS = 15_000;

/** The age of what is renewed all the time, from when it no longer is: an age everywhere would be a page of the same number. */
export function StaleAge({ at, before = '' }: { at: number | null; before?: string }) {
  const stale = useOnClock((now) => at !== null && now - at >= STALE_AFTER_MS);
  if (!stale) return null;
  return (
    <>
      {before}
      <Age at={at} />
    </>
  );
}
