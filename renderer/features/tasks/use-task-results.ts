import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import type { Task } from '../../../preload/contract';
import { deployPath, preparePath } from '../../lib/routes';
import { useRefreshStack } from '../../rpc/actions';
import type { Target } from '../../rpc/live';
import type { LiveView } from '../../rpc/live-source';
import { taskStatuses } from '../../rpc/outcomes';
import { useWorkspace } from '../../rpc/workspace';
import { isActive, taskWords } from './task-words';

const SHOWN_MS = 4000;
const FAILURE_SHOWN_MS = 15_000;

export interface Shown {
  target: Target | null;
  pathname: string;
}

/** The task bar says how the work of the stack on show ended, its own screen why; only what they leave unsaid needs more. */
export function needsToast({ kind, status, hostId, stackId }: Task, { target, pathname }: Shown): boolean {
  if (kind === 'prepare') return pathname !== preparePath(hostId);
  const onShow = stackId === target?.stackId && hostId === target.hostId;
  return !onShow || (status.state === 'failed' && pathname !== deployPath);
}

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
  const { target } = useWorkspace();
  const { pathname } = useLocation();
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
    for (const task of news) if (needsToast(task, { target, pathname })) announce(task);
    setSaid(news.map((task) => `${task.title}: ${taskWords(task)}`).join('. '));
    void refresh();
  }, [items, status, refresh, target, pathname]);
  return said;
}
