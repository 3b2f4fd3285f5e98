import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { MouseEvent, MouseEventHandler, ReactNode } from 'react';
import classes from './act-button.module.css';

export interface ActButtonProps extends Omit<ButtonProps, 'className' | 'disabled' | 'loading'> {
  children: ReactNode;
  /** Why it does not work now; null while it does. */
  blocked?: string | null;
  /** What it began is under way. Its words stay readable: a spinner in their place would leave a blank button. */
  busy?: boolean;
  /** Not wanted with `type="submit"`, where the form does the work. */
  onClick?: MouseEventHandler<HTMLButtonElement>;
  type?: 'button' | 'submit';
  title?: string | undefined;
  'data-autofocus'?: boolean;
}

const WIDEST_PX = 320;

/** A button that keeps its place, its words and the focus while it does not work, and says why it does not. */
export function ActButton({ blocked = null, busy = false, onClick, ...rest }: ActButtonProps) {
  const off = blocked !== null || busy;
  const click = (event: MouseEvent<HTMLButtonElement>) => (off ? event.preventDefault() : onClick?.(event));
  // Always inside the tooltip: a button that is taken out of one would be another, without the focus.
  return (
    <Tooltip
      label={blocked}
      disabled={blocked === null}
      multiline
      withinPortal={false}
      maw={WIDEST_PX}
      events={{ hover: true, focus: true, touch: false }}
    >
      <Button
        {...rest}
        className={busy ? classes.busy : undefined}
        aria-disabled={off}
        aria-busy={busy}
        aria-description={blocked ?? undefined}
        data-disabled={blocked !== null || undefined}
        onClick={click}
      />
    </Tooltip>
  );
}
