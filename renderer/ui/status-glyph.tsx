/** A state as shape and colour. Shapes: filled dot, ring, triangle, square; the word stands beside it. */
import type { ReactNode } from 'react';
import classes from './status-glyph.module.css';

export type Tone = 'good' | 'calm' | 'busy' | 'idle' | 'warn' | 'lie' | 'bad';

interface Status {
  word: string;
  tone: Tone;
  shape: ReactNode;
}

const dot = <circle cx="8" cy="8" r="5.5" fill="currentColor" />;
const ring = <circle cx="8" cy="8" r="4.75" fill="none" stroke="currentColor" strokeWidth="1.75" />;
const square = <rect x="2.75" y="2.75" width="10.5" height="10.5" rx="1.5" fill="currentColor" />;
const triangle = <path d="M8 1.75 15 14H1Z" fill="currentColor" strokeLinejoin="round" />;
const hollowTriangle = (
  <path
    d="M8 3.25 13.75 13.1H2.25Z"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.75"
    strokeLinejoin="round"
  />
);

function cut(path: string) {
  return <path d={path} fill="none" stroke="var(--glyph-cut)" strokeWidth="1.75" strokeLinecap="round" />;
}

function stroke(path: string) {
  return <path d={path} fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />;
}

export const statuses = {
  healthy: { word: 'Healthy', tone: 'good', shape: dot },
  running: { word: 'Running', tone: 'calm', shape: dot },
  listening: {
    word: 'Listening',
    tone: 'calm',
    shape: (
      <>
        {ring}
        <circle cx="8" cy="8" r="2" fill="currentColor" />
      </>
    ),
  },
  completed: {
    word: 'Completed',
    tone: 'good',
    shape: (
      <>
        {ring}
        {stroke('M6 8.1 7.4 9.5 10.1 6.7')}
      </>
    ),
  },
  starting: {
    word: 'Starting',
    tone: 'busy',
    shape: stroke('M8 2.9a5.1 5.1 0 1 1-5.1 5.1'),
  },
  stopped: { word: 'Stopped', tone: 'idle', shape: ring },
  absent: {
    word: 'Not created',
    tone: 'idle',
    shape: (
      <circle
        cx="8"
        cy="8"
        r="4.75"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeDasharray="2.5 2.47"
      />
    ),
  },
  unknown: {
    word: 'Unknown',
    tone: 'idle',
    shape: (
      <>
        {ring}
        {stroke('M6.4 8h3.2')}
      </>
    ),
  },
  degraded: { word: 'Degraded', tone: 'warn', shape: hollowTriangle },
  lying: {
    word: 'Lying',
    tone: 'lie',
    shape: (
      <>
        {triangle}
        {cut('M8 6.4v3.2M8 11.9v.05')}
      </>
    ),
  },
  foreign: {
    word: 'Foreign',
    tone: 'bad',
    shape: <path d="M8 1.5 14.5 8 8 14.5 1.5 8Z" fill="currentColor" />,
  },
  unhealthy: { word: 'Unhealthy', tone: 'bad', shape: square },
  'crash-looping': {
    word: 'Crash-looping',
    tone: 'bad',
    shape: (
      <>
        {square}
        {cut('M5.7 8a2.4 2.4 0 1 1 .7 1.7')}
      </>
    ),
  },
  'oom-killed': {
    word: 'Out of memory',
    tone: 'bad',
    shape: (
      <>
        {square}
        {cut('M5.5 10.3h5M5.5 8h5M5.5 5.7h5')}
      </>
    ),
  },
  failed: {
    word: 'Failed',
    tone: 'bad',
    shape: (
      <>
        {square}
        {cut('m6 6 4 4M10 6l-4 4')}
      </>
    ),
  },
  pass: { word: 'Pass', tone: 'good', shape: dot },
  warn: { word: 'Warning', tone: 'warn', shape: hollowTriangle },
  fail: { word: 'Fail', tone: 'bad', shape: square },
} as const satisfies Record<string, Status>;

export type StatusName = keyof typeof statuses;

export function StatusGlyph({ status, size = 14 }: { status: StatusName; size?: number }) {
  const { tone, shape } = statuses[status];
  return (
    <svg
      className={classes.glyph}
      data-tone={tone}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {shape}
    </svg>
  );
}

interface StatusLabelProps {
  status: StatusName;
  word?: string;
  /** What it was when last seen, not what it is. */
  past?: boolean;
}

/** The glyph with its word: the form every state takes when there is room for it. */
export function StatusLabel({ status, word, past = false }: StatusLabelProps) {
  const shown = word ?? statuses[status].word;
  return (
    <span className={classes.label} data-tone={statuses[status].tone} data-status={status}>
      <StatusGlyph status={status} />
      <span className={classes.word}>{past ? `Was ${shown.toLowerCase()}` : shown}</span>
    </span>
  );
}
