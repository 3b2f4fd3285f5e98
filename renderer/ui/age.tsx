import { formatAge, formatDuration, formatMoment } from '../lib/format';
import { useNow } from '../lib/use-now';

/** How long ago something was seen; the exact moment is in the title. */
export function Age({ at }: { at: number | null }) {
  const now = useNow();
  if (at === null) return <span>never</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatMoment(at, now)}>
      {formatAge(at, now)}
    </time>
  );
}

/** How long something has been going on, without "ago": uptime, elapsed time. */
export function Elapsed({ since, until = null }: { since: number; until?: number | null }) {
  const now = useNow();
  return <span>{formatDuration(Math.max(0, (until ?? now) - since))}</span>;
}

/** The moment itself: a clock today, a date with a clock before. */
export function Moment({ at }: { at: number }) {
  const now = useNow();
  return <time dateTime={new Date(at).toISOString()}>{formatMoment(at, now)}</time>;
}
