import { useElementSize, useHotkeys } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import classes from './shell.module.css';

const MOST_AT_ONCE = 3;
const TASK_BAR_PX = 28;
const STRIP = 'notes';

/** What has just happened, in a strip of its own above the task bar: it covers no row, and what lies over the window makes room. */
export function Notes() {
  const { ref, height } = useElementSize();
  const before = useRef<Element | null>(null);
  // A dialog keeps Tab to itself; this leads out of it to the message beside it.
  useHotkeys([['F8', () => toNewest(before)]], []);
  useEffect(() => {
    const below = height === 0 ? 0 : height + TASK_BAR_PX;
    document.documentElement.style.setProperty('--below', `${below}px`);
    const left = document.activeElement === document.body;
    if (height === 0 && left && before.current instanceof HTMLElement) before.current.focus();
    if (height === 0) before.current = null;
  }, [height]);
  return (
    <div ref={ref} id={STRIP} className={classes.notes}>
      <Notifications withinPortal={false} position="bottom-left" limit={MOST_AT_ONCE} />
    </div>
  );
}

/** To what takes the newest message away; where the focus was is kept for when the last of them is gone. */
function toNewest(before: { current: Element | null }) {
  const strip = document.getElementById(STRIP);
  const closing = [...(strip?.querySelectorAll<HTMLElement>('button') ?? [])].at(-1);
  if (closing === undefined) return;
  if (!strip?.contains(document.activeElement)) before.current = document.activeElement;
  closing.focus();
}
