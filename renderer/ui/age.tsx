import {
  ageTurns,
  durationTurns,
  formatAge,
  formatDuration,
  formatMoment,
  formatUptime,
  momentTurns,
  uptimeTurns,
} from '../lib/format';
import { useOnClock } from '../lib/use-now';

const never = () => Number.POSITIVE_INFINITY;

const MINUTE_MS = 60_000;
/** What renews an age on a beat of such seconds comes just then, and draws it anyway. */
const SECONDS_LATE_MS = 500;
/** Minutes that turn shortly after each other turn together, or along with something else: each time is a frame. */
const MINUTES_LATE_MS = 10_000;

function unhurried(turns: (since: number, now: number) => number, since: number) {
  return (now: number) => turns(since, now) + (now - since < MINUTE_MS ? SECONDS_LATE_MS : MINUTES_LATE_MS);
}

/** How long ago something was seen; the exact moment is in the title. */
export function Age({ at }: { at: number | null }) {
  const age = useOnClock((now) => formatAge(at, now), at === null ? never : unhurried(ageTurns, at));
  const moment = useOnClock((now) => (at === null ? '' : formatMoment(at, now)), momentTurns);
  if (at === null) return <span>never</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={moment}>
      {age}
    </time>
  );
}

/** When what is shown was observed; `null` while nothing was. */
export function Observed({ at }: { at: number | null }) {
  if (at === null) return <span>not observed yet</span>;
  return (
    <span>
      observed <Age at={at} />
    </span>
  );
}

/** How long something has been going on, without "ago": elapsed time. */
export function Elapsed({ since, until = null }: { since: number; until?: number | null }) {
  const words = useOnClock(
    (now) => formatDuration(Math.max(0, (until ?? now) - since)),
    (now) => (until === null ? durationTurns(since, now) : Number.POSITIVE_INFINITY),
  );
  return <span>{words}</span>;
}

/** How long something has been up: past the first minute nobody counts seconds. */
export function Uptime({ since }: { since: number }) {
  const words = useOnClock((now) => formatUptime(Math.max(0, now - since)), unhurried(uptimeTurns, since));
  return <span>{words}</span>;
}

/** The moment itself: a clock today, a date with a clock before. */
export function Moment({ at }: { at: number }) {
  const words = useOnClock((now) => formatMoment(at, now), momentTurns);
  return <time dateTime={new Date(at).toISOString()}>{words}</time>;
}

/** Well above the pauses of what is asked every few seconds, and of what is well while nobody is at the window. */
const STALE_AFTER_MS = 45_000;

/** The age of what is renewed all the time, from when it no longer is: an age everywhere would be a page of the same number. */
export function StaleAge({ at, before = '' }: { at: number | null; before?: string }) {
  const staleAt = at === null ? Number.POSITIVE_INFINITY : at + STALE_AFTER_MS;
  const stale = useOnClock(
    (now) => now >= staleAt,
    (now) => (now < staleAt ? staleAt : Number.POSITIVE_INFINITY),
  );
  if (!stale) return null;
  return (
    <>
      {before}
      <Age at={at} />
    </>
  );
}
