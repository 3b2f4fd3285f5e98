import { useState } from 'react';
import { LogRing } from '../../../lib/log-ring';
import { useLogs } from '../../../rpc/use-logs';
import { useAway } from '../../../rpc/workspace';
import { FailureNotice } from '../../../ui/notice';
import { LogLines } from './lines';
import classes from './logs.module.css';
import type { LogOptions } from './options';
import { LogToolbar } from './toolbar';
import { useFollow } from './use-follow';

const RING_LINES = 50_000;

export function LogsTab({ service }: { service: string }) {
  const [ring] = useState(() => new LogRing(RING_LINES));
  const [filter, setFilter] = useState('');
  const [options, setOptions] = useState<LogOptions>({ wrap: false, stamps: true });
  const away = useAway() !== null;
  const follow = useFollow();
  const feed = useLogs(service, ring, follow.appended);
  const changeFilter = (text: string) => {
    ring.filter(text);
    setFilter(text);
    follow.jump();
  };
  return (
    <div className={classes.logs}>
      <LogToolbar
        service={service}
        ring={ring}
        filter={filter}
        onFilter={changeFilter}
        options={options}
        onOptions={setOptions}
        follow={follow}
      />
      {feed.failure === null ? null : <FailureNotice failure={feed.failure} />}
      <LogLines
        lines={ring.visible}
        options={options}
        follow={follow}
        emptyWords={emptyWords(feed.caughtUp, filter, away)}
      />
    </div>
  );
}

function emptyWords(caughtUp: boolean, filter: string, away: boolean): string {
  if (filter !== '') return 'No line contains the filter';
  if (caughtUp) return 'Nothing was logged yet';
  return away ? 'The engine does not answer; the log is read as soon as it does again' : 'Reading the log';
}
