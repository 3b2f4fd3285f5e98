/** What has to be known about the stack on show, whatever the screen; a screen that says it itself, with more, is left to it. */
import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import type { Stack } from '../../preload/contract';
import { UnfinishedNotice } from '../features/deploy/unfinished-notice';
import { formatMoment } from '../lib/format';
import { deployPath, overviewPath } from '../lib/routes';
import { useNow } from '../lib/use-now';
import { useRefreshStack } from '../rpc/actions';
import { explainFailure } from '../rpc/errors';
import { Notice } from '../ui/notice';
import classes from './banners.module.css';

/** `busy`: a task of this very console is at work on the stack. */
export function StackBanners({ stack, busy }: { stack: Stack; busy: boolean }) {
  const { pathname } = useLocation();
  const { unreadable, changedBy, unfinished } = stack;
  useRefreshOnNews(`${unreadable?.since} ${changedBy?.since} ${changedBy?.stale}`);
  const staleAndUnfinished = changedBy?.stale === true && unfinished !== null;
  const abroad = busy || pathname === deployPath || staleAndUnfinished ? undefined : changedBy;
  return (
    <>
      {unreadable === undefined || pathname === overviewPath ? null : (
        <Unreadable title={stack.title} unreadable={unreadable} />
      )}
      {abroad === undefined ? null : <ChangedElsewhere title={stack.title} changedBy={abroad} />}
      {unfinished === null || busy ? null : (
        <div className={classes.notice}>
          <UnfinishedNotice stack={stack} unfinished={unfinished} />
        </div>
      )}
    </>
  );
}

/** Plan, pre-flight and history are of the files and of the lock as they were when they were asked for. */
function useRefreshOnNews(state: string) {
  const refresh = useRefreshStack();
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state) return;
    before.current = state;
    void refresh();
  }, [state, refresh]);
}

interface UnreadableProps {
  title: string;
  unreadable: NonNullable<Stack['unreadable']>;
}

function Unreadable({ title, unreadable: { failure, lastReadAt } }: UnreadableProps) {
  const now = useNow();
  const { title: what, detail } = explainFailure(failure);
  return (
    <div className={classes.notice}>
      <Notice tone="warn" title={`The definition of ${title} can’t be read: ${what}`}>
        {detail === '' ? null : `${detail}. `}
        {lastReadAt === null
          ? 'Rows show what the containers tell of themselves.'
          : `Rows show the last definition, read at ${formatMoment(lastReadAt, now)}.`}
      </Notice>
    </div>
  );
}

interface ChangedElsewhereProps {
  title: string;
  changedBy: NonNullable<Stack['changedBy']>;
}

/** A console elsewhere changes the stack, or did when it went away. */
function ChangedElsewhere({ title, changedBy: { owner, since, stale } }: ChangedElsewhereProps) {
  const moment = formatMoment(since, useNow());
  return (
    <div className={classes.notice}>
      {stale ? (
        <Notice tone="warn" title={`${owner} went away while changing ${title}`}>
          Its lock, taken at {moment}, is still held. Deploy offers to break it.
        </Notice>
      ) : (
        <Notice tone="busy" title={`${owner} is changing ${title}, since ${moment}`} />
      )}
    </div>
  );
}
