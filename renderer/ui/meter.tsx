import classes from './meter.module.css';

interface MeterProps {
  /** Null draws an empty track. */
  value: number | null;
  max: number | null;
  /** Read out, and shown as the title. */
  label: string;
  /** Use near the limit is a warning for memory, not for progress. */
  warnAbove?: number;
}

const NEARLY_FULL = 0.9;

function share(value: number | null, max: number | null): number {
  if (value === null || max === null || max <= 0) return 0;
  return Math.min(1, Math.max(0, value / max));
}

function toneAt(part: number, warnAbove: number): string {
  if (part >= Math.max(warnAbove, NEARLY_FULL)) return 'bad';
  return part >= warnAbove ? 'warn' : 'calm';
}

/** A value against its limit. */
export function Meter({ value, max, label, warnAbove = 0.75 }: MeterProps) {
  const part = share(value, max);
  return (
    <span className={classes.track} role="img" aria-label={label} title={label}>
      <span
        className={classes.fill}
        data-tone={toneAt(part, warnAbove)}
        style={{ width: `${part * 100}%` }}
      />
    </span>
  );
}

interface ProgressBarProps {
  done: number | null;
  total: number | null;
  label: string;
  tone?: 'busy' | 'good' | 'bad' | 'idle';
}

/** Work under way; not countable work shows a moving segment instead of an invented figure. */
export function ProgressBar({ done, total, label, tone = 'busy' }: ProgressBarProps) {
  const counted = done !== null && total !== null && total > 0;
  const percent = Math.round(share(done, total) * 100);
  return (
    <span
      className={classes.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={counted ? percent : undefined}
      data-uncounted={!counted && tone === 'busy'}
    >
      <span
        className={classes.fill}
        data-tone={tone}
        style={{ width: counted ? `${percent}%` : tone === 'busy' ? '24%' : '100%' }}
      />
    </span>
  );
}
