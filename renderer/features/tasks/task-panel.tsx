import { ActionIcon, Button, FocusTrap } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Task } from '../../../preload/contract';
import { useTaskCalls } from '../../rpc/actions';
import { taskStatuses } from '../../rpc/outcomes';
import { Elapsed, Moment } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { ProgressBar } from '../../ui/meter';
import { StatusLabel } from '../../ui/status-glyph';
import { isActive, taskWords } from './task-words';
import classes from './tasks.module.css';

export function TaskPanel({ tasks, onClose }: { tasks: Task[]; onClose: () => void }) {
  return (
    <FocusTrap active>
      <section
        id="task-panel"
        className={classes.panel}
        aria-label="Tasks"
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
      >
        <header className={classes.panelHeader}>
          <h2 className={classes.panelTitle}>Tasks</h2>
          <ActionIcon aria-label="Close tasks" onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </header>
        {tasks.length === 0 ? (
          <Empty title="No tasks yet">Applying, starting and removing appear here with their progress.</Empty>
        ) : (
          <ul className={classes.list}>
            {tasks.map((task) => (
              <TaskEntry key={task.id} task={task} />
            ))}
          </ul>
        )}
      </section>
    </FocusTrap>
  );
}

function TaskEntry({ task }: { task: Task }) {
  const { status } = task;
  const counts = status.state === 'running' ? status : { done: null, total: null };
  return (
    <li className={classes.entry}>
      <div className={classes.entryHead}>
        <StatusLabel {...taskStatuses[status.state]} />
        <strong className={classes.entryTitle}>{task.title}</strong>
        <span className={classes.entryTime}>
          <Moment at={task.startedAt} /> · <Elapsed since={task.startedAt} until={task.endedAt} />
        </span>
        <TaskButtons task={task} />
      </div>
      {isActive(task) ? (
        <ProgressBar done={counts.done} total={counts.total} label={`Progress of ${task.title}`} />
      ) : null}
      <div className={classes.entryWords}>{taskWords(task)}</div>
    </li>
  );
}

function TaskButtons({ task }: { task: Task }) {
  const { cancel, dismiss } = useTaskCalls();
  if (!isActive(task)) {
    return (
      <Button variant="subtle" color="gray" onClick={() => dismiss.mutate(task.id)}>
        Dismiss
      </Button>
    );
  }
  const cancelling = task.status.state === 'running' && task.status.cancelling;
  return (
    <Button variant="default" disabled={cancelling} onClick={() => cancel.mutate(task.id)}>
      {cancelling ? 'Cancelling' : 'Cancel'}
    </Button>
  );
}
