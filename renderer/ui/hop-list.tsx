import { formatLatency } from '../lib/format';
import classes from './hop-list.module.css';
import { StatusLabel, type StatusName } from './status-glyph';

/** Structurally the contract's hop, with a title; `absent` before it was reached, `untried` before anything was. */
export interface HopLine {
  key: string;
  title: string;
  state: 'running' | 'passed' | 'failed' | 'skipped' | 'absent' | 'untried';
  durationMs: number | null;
  finding: string;
  advice: string;
}

export interface HopMachine {
  /** `user@host:port`; empty while nothing is known. */
  machine: string;
  lines: HopLine[];
}

const states: Record<HopLine['state'], { status: StatusName; word: string }> = {
  running: { status: 'starting', word: 'Checking' },
  passed: { status: 'pass', word: 'Passed' },
  failed: { status: 'fail', word: 'Failed' },
  skipped: { status: 'stopped', word: 'Skipped' },
  absent: { status: 'absent', word: 'Not reached' },
  untried: { status: 'absent', word: 'Not tried' },
};

/** Step by step to a machine, each with its time; the failed one with what to do. */
export function HopList({ machines }: { machines: readonly HopMachine[] }) {
  return machines.map(({ machine, lines }, index) => (
    <div key={machine} className={classes.machine}>
      {machines.length > 1 ? (
        <div className={classes.name}>
          {index < machines.length - 1 ? 'Through ' : 'To '}
          <code>{machine}</code>
        </div>
      ) : null}
      <ol aria-label={machine === '' ? 'Steps of the way' : `Steps of the way to ${machine}`}>
        {lines.map((line) => (
          <Line key={line.key} line={line} />
        ))}
      </ol>
    </div>
  ));
}

function Line({ line }: { line: HopLine }) {
  const { title, state, durationMs, finding, advice } = line;
  return (
    <li className={classes.line} data-state={state}>
      <span className={classes.title}>{title}</span>
      <StatusLabel {...states[state]} />
      <span className={classes.words}>
        <span>{finding}</span>
        {advice === '' ? null : <span className={classes.advice}>{advice}</span>}
      </span>
      <span className={classes.time}>{timeWords(durationMs)}</span>
    </li>
  );
}

/** Measured in whole milliseconds: a zero is less than one. */
function timeWords(durationMs: number | null): string {
  if (durationMs === null) return '';
  return durationMs < 1 ? '< 1 ms' : formatLatency(durationMs);
}
