import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import type { Task } from '../../../preload/contract';
import { useRefreshStack } from '../../rpc/actions';
import { isActive, taskStatuses, taskWords } from './task-words';

const SHOWN_MS = 6000;
const FAILURE_SHOWN_MS = 15_000;

function announce(task: Task) {
  const failed = task.status.state === 'failed';
  notifications.show({
    title: `${task.title}: ${taskStatuses[task.status.state].word.toLowerCase()}`,
    message: taskWords(task),
    color: failed ? 'red' : 'signal',
    autoClose: failed ? FAILURE_SHOWN_MS : SHOWN_MS,
  });
}

/** Tells about tasks that ended while the window was watching; answers the sentence for screen readers. */
export function useTaskResults(tasks: Task[]): string {
  const watched = useRef(new Set<string>());
  const [said, setSaid] = useState('');
  const refresh = useRefreshStack();
  useEffect(() => {
    const ended = tasks.filter((task) => !isActive(task) && watched.current.has(task.id));
    watched.current = new Set(tasks.filter(isActive).map((task) => task.id));
    if (ended.length === 0) return;
    for (const task of ended) announce(task);
    setSaid(ended.map((task) => `${task.title}: ${taskWords(task)}`).join('. '));
    void refresh();
  }, [tasks, refresh]);
  return said;
}
