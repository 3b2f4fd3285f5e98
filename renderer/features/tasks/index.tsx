/** Long work, visible from every screen: a bar at the foot of the window that opens into a panel. */
import { UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Task } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { useServiceRows, useTasks } from '../../rpc/live';
import { observedAt } from '../../rpc/observed';
import { taskStatuses } from '../../rpc/outcomes';
import { useWorkspace } from '../../rpc/workspace';
import { Observed } from '../../ui/age';
import { ProgressBar } from '../../ui/meter';
import { StatusLabel } from '../../ui/status-glyph';
import { TaskPanel } from './task-panel';
import { isActive, taskWords } from './task-words';
import classes from './tasks.module.css';
import { useTaskResults } from './use-task-results';

function newestFirst(tasks: readonly Task[]): Task[] {
  return [...tasks].sort((left, right) => right.startedAt - left.startedAt);
}

export function TaskBar() {
  const view = useTasks();
  const tasks = newestFirst(view.items);
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const before = useRef<Element | null>(null);
  const said = useTaskResults(view);
  const close = () => {
    setOpen(false);
    const back =
      before.current instanceof HTMLElement && before.current.isConnected ? before.current : toggle.current;
    back?.focus();
  };
  const turn = () => {
    if (open) return close();
    before.current = document.activeElement;
    setOpen(true);
  };
  useHotkeys([['mod+J', turn]], []);
  return (
    <footer className={classes.bar}>
      <UnstyledButton
        ref={toggle}
        className={classes.toggle}
        aria-expanded={open}
        aria-controls="task-panel"
        onClick={turn}
      >
        {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronUp size={14} aria-hidden />}
        <Current tasks={tasks} />
      </UnstyledButton>
      <Observation />
      {open ? <TaskPanel tasks={tasks} onClose={close} /> : null}
      <div className={classes.said} role="status" aria-live="polite">
        {said}
      </div>
    </footer>
  );
}

function Current({ tasks }: { tasks: Task[] }) {
  const active = tasks.filter(isActive);
  const first = active[0] ?? tasks[0];
  if (first === undefined) return <span className={classes.idle}>No tasks running</span>;
  return (
    <>
      <StatusLabel {...taskStatuses[first.status.state]} />
      <span className={classes.name}>{first.title}</span>
      {isActive(first) ? (
        <span className={classes.progress}>
          <Progress task={first} />
        </span>
      ) : null}
      <span className={classes.words}>{taskWords(first)}</span>
      {active.length > 1 ? <span className={classes.more}>+{active.length - 1} more</span> : null}
    </>
  );
}

function Progress({ task }: { task: Task }) {
  const counts = task.status.state === 'running' ? task.status : { done: null, total: null };
  return <ProgressBar done={counts.done} total={counts.total} label={`Progress of ${task.title}`} />;
}

/** How fresh what the window shows is. */
function Observation() {
  const { target, stack } = useWorkspace();
  const rows = useServiceRows(target);
  if (rows.receivedAt === null) return null;
  return (
    <span className={classes.observation}>
      {stack?.project}: {formatCount(rows.items.filter((row) => row.unit === 'service').length, 'service')}
      {' · '}
      <Observed at={observedAt(rows.items)} />
    </span>
  );
}
