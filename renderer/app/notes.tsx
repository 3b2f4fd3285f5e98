import { useElementSize } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import classes from './shell.module.css';

const MOST_AT_ONCE = 3;
const TASK_BAR_PX = 28;

/** What has just happened, in a strip of its own above the task bar: it covers no row, and what lies over the window makes room. */
export function Notes() {
  const { ref, height } = useElementSize();
  useEffect(() => {
    const below = height === 0 ? 0 : height + TASK_BAR_PX;
    document.documentElement.style.setProperty('--below', `${below}px`);
  }, [height]);
  return (
    <div ref={ref} className={classes.notes}>
      <Notifications withinPortal={false} position="bottom-left" limit={MOST_AT_ONCE} />
    </div>
  );
}
