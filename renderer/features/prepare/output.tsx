import { type UIEvent, useLayoutEffect, useRef } from 'react';
import type { PrepareRun } from '../../../preload/contract';
import { STICK_WITHIN_PX } from '../../lib/follow';
import { formatCount } from '../../lib/format';
import { ScrollRegion } from '../../ui/scroll-region';
import { Fold } from './fold';
import classes from './prepare.module.css';

interface OutputProps {
  run: PrepareRun;
  open: boolean;
  /** Of the step. */
  title: string;
}

function foldTitle({ output, exitCode }: PrepareRun): string {
  const ended = exitCode === null ? '' : `, exit code ${exitCode}`;
  return `Output: ${formatCount(output.length, 'line')}${ended}`;
}

/** What the step printed: live while it runs, kept after it failed. */
export function Output({ run, open, title }: OutputProps) {
  return (
    <Fold title={foldTitle(run)} open={open}>
      <Lines lines={run.output} failed={run.state === 'failed'} title={title} />
    </Fold>
  );
}

function Lines({ lines, failed, title }: { lines: readonly string[]; failed: boolean; title: string }) {
  const view = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const text = lines.join('\n');
  useLayoutEffect(() => {
    if (text !== '' && sticks.current && view.current !== null)
      view.current.scrollTop = view.current.scrollHeight;
  }, [text]);
  const onScroll = ({ currentTarget: area }: UIEvent<HTMLDivElement>) => {
    sticks.current = area.scrollHeight - area.scrollTop - area.clientHeight <= STICK_WITHIN_PX;
  };
  return (
    <div className={classes.output} data-failed={failed}>
      <ScrollRegion
        ref={view}
        className={classes.outputText}
        role="log"
        label={`Output of ${title}`}
        onScroll={onScroll}
      >
        <pre>{text}</pre>
      </ScrollRegion>
    </div>
  );
}
