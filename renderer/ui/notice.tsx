import type { ReactNode } from 'react';
import classes from './notice.module.css';
import { StatusGlyph, type StatusName } from './status-glyph';

export type NoticeTone = 'bad' | 'warn' | 'busy' | 'plain';

const glyphs: Record<NoticeTone, StatusName> = {
  bad: 'unhealthy',
  warn: 'degraded',
  busy: 'starting',
  plain: 'stopped',
};

interface NoticeProps {
  tone: NoticeTone;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** Announced at once instead of when the reader is idle. */
  urgent?: boolean;
}

/** One message: what, why, what next. Used for banners and for failures in place. */
export function Notice({ tone, title, children, actions, urgent = false }: NoticeProps) {
  return (
    <div className={classes.notice} data-tone={tone} role={urgent ? 'alert' : 'status'}>
      <span className={classes.glyph}>
        <StatusGlyph status={glyphs[tone]} />
      </span>
      <div className={classes.words}>
        <div className={classes.title}>{title}</div>
        {children === undefined ? null : <div className={classes.body}>{children}</div>}
      </div>
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

interface FailureWords {
  title: string;
  detail: string;
  advice: string;
}

/** A failed call, in place of what it should have brought. */
export function FailureNotice({ failure, actions }: { failure: FailureWords; actions?: ReactNode }) {
  return (
    <Notice tone="bad" title={failure.title} actions={actions} urgent>
      {failure.detail === '' ? null : <p>{failure.detail}</p>}
      {failure.advice === '' ? null : <p>{failure.advice}</p>}
    </Notice>
  );
}
