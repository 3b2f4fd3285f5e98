import type { ReactNode } from 'react';
import { useId } from 'react';
import classes from './panel.module.css';

interface PanelProps {
  title: ReactNode;
  /** Beside the title: counts, ages. */
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Tables and lists run to the panel's edges. */
  flush?: boolean;
}

export function Panel({ title, aside, actions, children, flush = false }: PanelProps) {
  const heading = useId();
  return (
    <section className={classes.panel} aria-labelledby={heading}>
      <header className={classes.header}>
        <h2 id={heading} className={classes.title}>
          {title}
        </h2>
        {aside === undefined ? null : <div className={classes.aside}>{aside}</div>}
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}

/** The frame of a screen: one level-one heading, a line of facts, actions at the right. */
export function Screen({ title, aside, actions, children }: Omit<PanelProps, 'flush'>) {
  return (
    <div className={classes.screen}>
      <header className={classes.screenHeader}>
        <h1 className={classes.screenTitle}>{title}</h1>
        {aside === undefined ? null : <div className={classes.aside}>{aside}</div>}
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
