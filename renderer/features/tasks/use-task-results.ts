import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import type { Task } from '../../../preload/contract';
import { useRefreshStack } from '../../rpc/actions';
import type { LiveView } from '../../rpc/live-source';
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

/** Tells about tasks that end while the window watches; answers the sentence for screen readers. */
export function useTaskResults({ items, status }: LiveView<Task>): string {
  // What had ended before the first look is history, not news. Null until that look.
  const told = useRef<Set<string> | null>(null);
  const [said, setSaid] = useState('');
  const refresh = useRefreshStack();
  useEffect(() => {
    if (status !== 'live') return;
    const before = told.current;
    const ended = items.filter((task) => !isActive(task));
    told.current = new Set(ended.map((task) => task.id));
    const news = before === null ? [] : ended.filter((task) => !before.has(task.id));
    if (news.length === 0) return;
    for (const task of news) announce(task);
    setSaid(news.map((task) => `${task.title}: ${taskWords(task)}`).join('. '));
    void refresh();
  }, [items, status, refresh]);
  return said;
}
