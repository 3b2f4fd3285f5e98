import type { ReactNode } from 'react';
import classes from './empty.module.css';

/** Nothing to list: says so in one line and offers what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <p className={classes.title}>{title}</p>
      {children}
    </div>
  );
}
