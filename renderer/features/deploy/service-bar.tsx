import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { ServiceProgress, TaskKind } from '../../../preload/contract';
import { formatBytes, formatCount } from '../../lib/format';
import { Elapsed } from '../../ui/age';
import { ProgressBar } from '../../ui/meter';
import { ScrollRegion } from '../../ui/scroll-region';
import { StatusLabel, type StatusName } from '../../ui/status-glyph';
import classes from './deploy.module.css';

type Phase = ServiceProgress['phase'];
type Tone = 'busy' | 'good' | 'bad' | 'idle';

const phases: Record<Phase, { status: StatusName; word: string; tone: Tone; busy: boolean }> = {
  waiting: { status: 'absent', word: 'Waiting', tone: 'idle', busy: false },
  pulling: { status: 'starting', word: 'Pulling', tone: 'busy', busy: true },
  delivering: { status: 'starting', word: 'Delivering', tone: 'busy', busy: true },
  building: { status: 'starting', word: 'Building', tone: 'busy', busy: true },
  creating: { status: 'starting', word: 'Creating', tone: 'busy', busy: true },
  starting: { status: 'starting', word: 'Starting', tone: 'busy', busy: true },
  gating: { status: 'starting', word: 'Health gate', tone: 'busy', busy: true },
  stopping: { status: 'starting', word: 'Stopping', tone: 'busy', busy: true },
  removing: { status: 'starting', word: 'Removing', tone: 'busy', busy: true },
  ready: { status: 'healthy', word: 'Ready', tone: 'good', busy: false },
  unchanged: { status: 'completed', word: 'Unchanged', tone: 'good', busy: false },
  failed: { status: 'failed', word: 'Failed', tone: 'bad', busy: false },
  blocked: { status: 'degraded', word: 'Blocked', tone: 'idle', busy: false },
  cancelled: { status: 'stopped', word: 'Cancelled', tone: 'idle', busy: false },
};

/** What a service is once its part of the task is done well. */
const ends: Partial<Record<TaskKind, { status: StatusName; word: string }>> = {
  deliver: { status: 'completed', word: 'Delivered' },
  remove: { status: 'completed', word: 'Removed' },
  stop: { status: 'completed', word: 'Stopped' },
  undo: { status: 'completed', word: 'Taken back' },
};

export function endOf(kind: TaskKind): { status: StatusName; word: string } {
  return ends[kind] ?? phases.ready;
}

/** Empty while it is not known yet how much there is. */
function countWords({ done, total, unit }: ServiceProgress): string {
  if (done === null || total === null || total === 0) return '';
  return unit === 'bytes' ? `${formatBytes(done)} of ${formatBytes(total)}` : `${done} of ${total} steps`;
}

function barOf(progress: ServiceProgress): { done: number | null; total: number | null } {
  const { tone, busy } = phases[progress.phase];
  if (busy) return progress;
  return tone === 'idle' ? { done: 0, total: 1 } : { done: 1, total: 1 };
}

interface ServiceBarProps {
  kind: TaskKind;
  progress: ServiceProgress;
  ended: number | null;
  /** The service's, or the image's. */
  name: string;
  title: string;
}

/** One service of an apply: phase, bar, elapsed; layers or build steps and the log of a failure on demand. */
export function ServiceBar({ kind, progress, ended, name, title }: ServiceBarProps) {
  const failed = progress.phase === 'failed';
  const [open, setOpen] = useState(false);
  const foldable = progress.parts.length > 0;
  const { tone, busy } = phases[progress.phase];
  const { status, word } = progress.phase === 'ready' ? endOf(kind) : phases[progress.phase];
  return (
    <li className={classes.service}>
      <div className={classes.serviceRow}>
        <span className={classes.serviceName} title={title}>
          {name}
        </span>
        <StatusLabel status={status} word={word} />
        <ProgressBar {...barOf(progress)} tone={tone} label={`${name}: ${word}`} />
        <span className={classes.serviceDetail} title={progress.detail}>
          {[countWords(progress), progress.detail].filter(Boolean).join(' · ')}
        </span>
        <span className={classes.serviceTime}>
          {busy ? <Elapsed since={progress.since} until={ended} /> : null}
        </span>
        {foldable ? (
          <UnstyledButton className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
            {formatCount(progress.parts.length, 'part')}
          </UnstyledButton>
        ) : null}
      </div>
      {open ? <Parts progress={progress} /> : null}
      {failed && progress.logTail.length > 0 ? <LogTail name={name} progress={progress} /> : null}
    </li>
  );
}

function Parts({ progress }: { progress: ServiceProgress }) {
  const words = (done: number | null, total: number | null) => {
    if (done === null || total === null) return '';
    return progress.unit === 'bytes'
      ? `${formatBytes(done)} of ${formatBytes(total)}`
      : `${done} of ${total}`;
  };
  return (
    <ul className={classes.parts}>
      {progress.parts.map((part) => (
        <li key={part.id} className={classes.part}>
          <code className={classes.partId}>{part.id}</code>
          <span className={classes.partStatus}>{part.status}</span>
          <ProgressBar
            done={part.done}
            total={part.total}
            tone={part.done === null ? 'idle' : 'busy'}
            label={part.id}
          />
          <span className={classes.partCount}>{words(part.done, part.total)}</span>
        </li>
      ))}
    </ul>
  );
}

function LogTail({ name, progress }: { name: string; progress: ServiceProgress }) {
  return (
    <figure className={classes.tail}>
      <figcaption className={classes.quiet}>Last lines of {name}</figcaption>
      <ScrollRegion className={classes.tailText} label={`Last lines of ${name}`}>
        <pre>{progress.logTail.join('\n')}</pre>
      </ScrollRegion>
    </figure>
  );
}
