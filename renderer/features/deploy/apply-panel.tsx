import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { Task } from '../../../preload/contract';
import { useKnownImages } from '../../rpc/delivery';
import { explainFailure } from '../../rpc/errors';
import { taskStatuses } from '../../rpc/outcomes';
import { useServiceTitles } from '../../rpc/service-titles';
import { Elapsed } from '../../ui/age';
import { ProgressBar } from '../../ui/meter';
import { FailureNotice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './deploy.module.css';
import { endOf, ServiceBar } from './service-bar';
import { allWell, taskRows } from './task-rows';

/** The work under way or the last that ended: one bar per service. */
export function ApplyPanel({ task }: { task: Task }) {
  const { status } = task;
  return (
    <Panel
      title={task.title}
      flush
      aside={
        <>
          <StatusLabel {...taskStatuses[status.state]} />
          <span>{wordsOf(task)}</span>
          <span>
            <Elapsed since={task.startedAt} until={task.endedAt} />
          </span>
        </>
      }
    >
      {status.state === 'running' ? (
        <div className={classes.overall}>
          <ProgressBar done={status.done} total={status.total} label={`Progress of ${task.title}`} />
        </div>
      ) : null}
      {status.state === 'failed' ? (
        <div className={classes.warnings}>
          <FailureNotice failure={explainFailure(status.failure)} />
        </div>
      ) : null}
      <Rows task={task} />
    </Panel>
  );
}

/** One line once everything is well: what comes next lies below it. */
function Rows({ task }: { task: Task }) {
  const [open, setOpen] = useState(false);
  const rows = taskRows(task, { images: useKnownImages(), titleOf: useServiceTitles() });
  const folded = allWell(task, rows);
  const end = endOf(task.kind);
  return (
    <>
      {folded ? (
        <UnstyledButton className={classes.passed} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          <StatusLabel status={end.status} word={`${rows.length} ${end.word.toLowerCase()}`} />
          <span className={classes.rowNames}>{rows.map(({ name }) => name).join(', ')}</span>
        </UnstyledButton>
      ) : null}
      {folded && !open ? null : (
        <ul>
          {rows.map(({ name, title, progress }) => (
            <ServiceBar
              key={progress.service}
              kind={task.kind}
              name={name}
              title={title}
              progress={progress}
              ended={task.endedAt}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function wordsOf({ status }: Task): string {
  if (status.state === 'running') {
    const count =
      status.done === null || status.total === null ? '' : `, ${status.done} of ${status.total} steps`;
    return `${status.cancelling ? 'cancelling: ' : ''}${status.phase}${count}`;
  }
  return status.state === 'succeeded' || status.state === 'cancelled' ? status.summary : '';
}
