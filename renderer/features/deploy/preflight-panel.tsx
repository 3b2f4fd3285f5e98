import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { Check, PreflightReport } from '../../../preload/contract';
import { formatLatency } from '../../lib/format';
import { useRefreshStack } from '../../rpc/actions';
import { explainError } from '../../rpc/errors';
import { usePreflight } from '../../rpc/queries';
import { useServiceTitles } from '../../rpc/service-titles';
import { ActButton } from '../../ui/act-button';
import { Age } from '../../ui/age';
import { FailureNotice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
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
  health: 'Health',
};

const rank = { fail: 0, warn: 1, pass: 2 } as const;

export function PreflightPanel() {
  const preflight = usePreflight();
  const refresh = useRefreshStack();
  const report = preflight.data;
  return (
    <Panel
      title="1. Pre-flight"
      flush
      actions={
        <ActButton variant="default" onClick={() => void refresh()} busy={preflight.isFetching}>
          Check again
        </ActButton>
      }
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
      {report === undefined ? null : <Findings report={report} />}
    </Panel>
  );
}

function totals({ checks }: PreflightReport): string {
  const count = (result: Check['result']) => checks.filter((check) => check.result === result).length;
  return `${count('pass')} passed, ${count('warn')} warned, ${count('fail')} failed`;
}

function Findings({ report }: { report: PreflightReport }) {
  const [open, setOpen] = useState(false);
  const worstFirst = [...report.checks].sort((left, right) => rank[left.result] - rank[right.result]);
  const passed = worstFirst.filter((check) => check.result === 'pass');
  const notable = worstFirst.filter((check) => check.result !== 'pass');
  return (
    <>
      <ul>
        {(open ? worstFirst : notable).map((check) => (
          <CheckRow key={check.id} check={check} />
        ))}
      </ul>
      {passed.length === 0 ? null : (
        <UnstyledButton className={classes.passed} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          <StatusLabel status="pass" word="Passed" />
          <span>{byGroup(passed)}</span>
        </UnstyledButton>
      )}
    </>
  );
}

/** `Engine 1 · Ports 13`: where the passed checks are, without a page of green. */
function byGroup(checks: readonly Check[]): string {
  const counts = Object.entries(groups).map(([id, title]) => ({
    title,
    count: checks.filter((check) => check.group === id).length,
  }));
  return counts
    .filter(({ count }) => count > 0)
    .map(({ title, count }) => `${title} ${count}`)
    .join(' · ');
}

function CheckRow({ check }: { check: Check }) {
  const titleOf = useServiceTitles();
  return (
    <li className={classes.check}>
      <StatusLabel status={check.result} />
      <span className={classes.group}>{groups[check.group]}</span>
      <div className={classes.checkWords}>
        <strong>{check.title}</strong> <span>{check.evidence}</span>
        {check.services.length === 0 ? null : (
          <span className={classes.quiet}> · concerns {check.services.map(titleOf).join(', ')}</span>
        )}
        {check.advice === null ? null : <p className={classes.advice}>{check.advice}</p>}
      </div>
    </li>
  );
}
