import { Skeleton, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Check, PreflightReport } from '../../../preload/contract';
import { formatLatency } from '../../lib/format';
import { explainError } from '../../rpc/errors';
import { usePreflight } from '../../rpc/queries';
import { Age } from '../../ui/age';
import { FailureNotice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './deploy.module.css';

const groups: Record<Check['group'], string> = {
  engine: 'Engine',
  resources: 'Resources',
  ports: 'Ports',
  names: 'Names',
  images: 'Images',
  variables: 'Variables',
  volumes: 'Volumes',
};

const rank = { fail: 0, warn: 1, pass: 2 } as const;

export function PreflightPanel() {
  const preflight = usePreflight();
  const report = preflight.data;
  return (
    <Panel
      title="1. Pre-flight"
      flush
      aside={
        report === undefined || preflight.isFetching ? (
          <span>checking; nothing is changed</span>
        ) : (
          <>
            <StatusLabel status={report.result} word={totals(report)} />
            <span>
              took {formatLatency(report.tookMs)}, <Age at={report.startedAt} />
            </span>
          </>
        )
      }
    >
      {preflight.isError ? <FailureNotice failure={explainError(preflight.error)} /> : null}
      {report === undefined && !preflight.isError ? <Skeleton height={120} /> : null}
      {report === undefined ? null : <Groups report={report} />}
    </Panel>
  );
}

function totals({ checks }: PreflightReport): string {
  const count = (result: Check['result']) => checks.filter((check) => check.result === result).length;
  return `${count('pass')} passed, ${count('warn')} warned, ${count('fail')} failed`;
}

function Groups({ report }: { report: PreflightReport }) {
  const present = Object.entries(groups).map(([id, title]) => ({
    title,
    checks: report.checks.filter((check) => check.group === id),
  }));
  return (
    <ul className={classes.groups}>
      {present
        .filter((group) => group.checks.length > 0)
        .map((group) => (
          <Group key={group.title} {...group} />
        ))}
    </ul>
  );
}

/** What passed is folded away: a page of green hides the one line that matters. */
function Group({ title, checks }: { title: string; checks: Check[] }) {
  const notable = checks.filter((check) => check.result !== 'pass');
  const [open, setOpen] = useState(false);
  const passed = checks.length - notable.length;
  const worst = [...checks].sort((left, right) => rank[left.result] - rank[right.result]);
  return (
    <li className={classes.group}>
      <div className={classes.groupHead}>
        <StatusLabel status={worst[0]?.result ?? 'pass'} word={title} />
        {passed === 0 ? null : (
          <UnstyledButton className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide passed' : `${passed} passed`}
          </UnstyledButton>
        )}
      </div>
      <ul>
        {(open ? worst : notable).map((check) => (
          <CheckRow key={check.id} check={check} />
        ))}
      </ul>
    </li>
  );
}

function CheckRow({ check }: { check: Check }) {
  return (
    <li className={classes.check}>
      <StatusLabel status={check.result} />
      <div className={classes.checkWords}>
        <strong>{check.title}</strong> <span>{check.evidence}</span>
        {check.services.length === 0 ? null : (
          <span className={classes.quiet}> · {check.services.join(', ')}</span>
        )}
        {check.advice === null ? null : <p className={classes.advice}>{check.advice}</p>}
      </div>
    </li>
  );
}
