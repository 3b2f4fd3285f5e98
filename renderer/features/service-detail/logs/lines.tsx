import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef } from 'react';
import { formatCount, formatStamp } from '../../../lib/format';
import type { RingLine } from '../../../lib/log-ring';
import { ScrollRegion } from '../../../ui/scroll-region';
import classes from './logs.module.css';
import type { LogOptions } from './options';
import type { Follow } from './use-follow';

const LINE_PX = 18;
const OVERSCAN_LINES = 20;

interface LogLinesProps {
  lines: readonly RingLine[];
  options: LogOptions;
  follow: Follow;
  emptyWords: string;
}

export function LogLines({ lines, options, follow, emptyWords }: LogLinesProps) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_PX,
    overscan: OVERSCAN_LINES,
    getItemKey: (index) => lines[index]?.sequence ?? index,
  });
  const height = virtual.getTotalSize();
  useStick(frame, follow);
  const onScroll = useScrollReport(frame, follow);
  return (
    <div className={classes.holder}>
      <ScrollRegion
        ref={frame}
        className={classes.frame}
        onScroll={onScroll}
        role="log"
        label="Log lines"
        wrap={options.wrap}
      >
        {lines.length === 0 ? <p className={classes.empty}>{emptyWords}</p> : null}
        <div className={classes.spacer} style={{ height }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return line === undefined ? null : (
              <div
                key={item.key}
                ref={options.wrap ? virtual.measureElement : undefined}
                data-index={item.index}
                className={classes.line}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <LineView line={line} stamps={options.stamps} />
              </div>
            );
          })}
        </div>
      </ScrollRegion>
      {follow.following ? null : (
        <Button className={classes.jump} onClick={follow.jump}>
          {follow.unseen === 0 ? 'Jump to the end' : `${formatCount(follow.unseen, 'new line')}`}
        </Button>
      )}
    </div>
  );
}

function LineView({ line, stamps }: { line: RingLine; stamps: boolean }) {
  if (line.gap) return <span className={classes.gap}>{line.text}</span>;
  return (
    <>
      {stamps ? <span className={classes.stamp}>{formatStamp(line.at)}</span> : null}
      <span className={classes.stream} data-stream={line.stream} title={line.stream}>
        {line.stream === 'stderr' ? 'err' : 'out'}
      </span>
      <span className={classes.text}>{line.text}</span>
    </>
  );
}

/** After every drawing: follows the end, or keeps the reader's lines in place when older ones are cut away above them. */
function useStick(frame: React.RefObject<HTMLDivElement | null>, follow: Follow) {
  const { following, takeCut } = follow;
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const cut = takeCut();
    if (following) element.scrollTop = element.scrollHeight;
    else if (cut > 0) element.scrollTop -= cut * LINE_PX;
  });
}

function useScrollReport(frame: React.RefObject<HTMLDivElement | null>, follow: Follow) {
  const last = useRef(0);
  return () => {
    const element = frame.current;
    if (element === null) return;
    const upward = element.scrollTop < last.current;
    last.current = element.scrollTop;
    follow.scrolled(element.scrollHeight - element.scrollTop - element.clientHeight, upward);
  };
}
