import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import type { Check, PreflightReport } from '../../../preload/contract';
import { formatCount, formatLatency } from '../../lib/format';
import { deployPath } from '../../lib/routes';
import { useAddStack } from '../../rpc/actions';
import { engineLine } from '../../rpc/host-words';
import { useChangeSettings, useWorkspace } from '../../rpc/workspace';
import { ActButton } from '../../ui/act-button';
import { ProgressBar } from '../../ui/meter';
import { FailureNotice } from '../../ui/notice';
import { Panel, Screen } from '../../ui/panel';
import { StatusLabel } from '../../ui/status-glyph';
import classes from './overview.module.css';
import { useStartSandbox } from './use-start-sandbox';

/** An engine is there and nothing of this stack runs on it yet. */
export function FirstRun() {
  const { host, stack } = useWorkspace();
  const start = useStartSandbox();
  return (
    <Screen title={stack?.sandbox === false ? `${stack.title} is not running here yet` : 'Ready to start'}>
      <Panel title="Engine found" aside={host === null ? undefined : <span>{host.endpoint}</span>}>
        <div className={classes.engine}>
          <StatusLabel status="healthy" word="Connected" />
          <span>{host === null ? '' : `${host.title}: ${engineLine(host.connection)}`}</span>
        </div>
      </Panel>
      <div className={classes.ways}>
        <Panel title="Start with the sandbox">
          <p className={classes.lead}>
            The sandbox brings up the same 16 services with the same ports: a real PostgreSQL and Redis, and
            small programs that answer as the platform’s services do. It is for trying the console out. Remove
            takes away its containers and networks, and its data too when that is ticked; the images built for
            it and this console’s record of what was applied stay on this host.
          </p>
          <SandboxStart start={start} />
        </Panel>
        <OtherWays />
      </div>
    </Screen>
  );
}

function SandboxStart({ start }: { start: ReturnType<typeof useStartSandbox> }) {
  const { report, failure, phase } = start;
  return (
    <div className={classes.start} aria-live="polite">
      {phase === 'checking' || phase === 'starting' ? (
        <>
          <span>
            {phase === 'checking' ? 'Checking this host; nothing is changed' : 'Starting the sandbox'}
          </span>
          <ProgressBar done={null} total={null} label={phase} />
        </>
      ) : null}
      {report === null ? null : <ReportSummary report={report} />}
      {failure === null ? null : <FailureNotice failure={failure} />}
      <div className={classes.buttons}>
        {phase === 'review' && report !== null ? (
          <ActButton
            size="sm"
            onClick={start.confirm}
            blocked={start.blocked ? 'A failed check concerns the whole stack' : null}
          >
            {confirmWords(report)}
          </ActButton>
        ) : (
          <ActButton size="sm" onClick={start.begin} busy={phase !== 'idle'}>
            Start the sandbox
          </ActButton>
        )}
        {phase === 'review' ? (
          <Button size="sm" variant="default" onClick={start.begin}>
            Check again
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function confirmWords({ checks }: PreflightReport): string {
  const failed = checks.filter((check) => check.result === 'fail').length;
  const warned = checks.filter((check) => check.result === 'warn').length;
  return failed > 0 ? 'Start what can be started' : `Start with ${formatCount(warned, 'warning')}`;
}

function resultWords({ checks }: PreflightReport): string {
  const count = (result: Check['result']) => checks.filter((check) => check.result === result).length;
  const parts = [
    ...(count('fail') === 0 ? [] : [`${count('fail')} failed`]),
    ...(count('warn') === 0 ? [] : [formatCount(count('warn'), 'warning')]),
  ];
  return `Pre-flight: ${parts.length === 0 ? 'passed' : parts.join(', ')}`;
}

function ReportSummary({ report }: { report: PreflightReport }) {
  const notable = report.checks.filter((check) => check.result !== 'pass');
  const passed = report.checks.length - notable.length;
  return (
    <div className={classes.report}>
      <div className={classes.reportHead}>
        <StatusLabel status={report.result} word={resultWords(report)} />
        <span className={classes.quiet}>
          {passed} of {formatCount(report.checks.length, 'check')} passed in {formatLatency(report.tookMs)}
        </span>
      </div>
      <ul>
        {notable.map((check) => (
          <Finding key={check.id} check={check} />
        ))}
      </ul>
    </div>
  );
}

function Finding({ check }: { check: Check }) {
  return (
    <li className={classes.check}>
      <StatusLabel status={check.result} />
      <span>
        <strong>{check.title}</strong> {check.evidence}
        {check.advice === null ? null : <span className={classes.advice}>{check.advice}</span>}
      </span>
    </li>
  );
}

function OtherWays() {
  const { stacks, stack } = useWorkspace();
  const navigate = useNavigate();
  const change = useChangeSettings();
  const add = useAddStack();
  const platform = stacks.items.find((item) => item.builtIn && !item.sandbox);
  const show = (selectedStackId: string) => {
    change.mutate({ selectedStackId }, { onSuccess: () => void navigate(deployPath) });
  };
  const own = stack !== null && !stack.builtIn;
  return (
    <Panel title="Other ways to start" flush>
      {platform === undefined ? null : (
        <Way
          what="The platform itself, with its images from the registries that its Compose file names. Deploy shows first what would be changed."
          action={`Deploy the ${platform.title}`}
          onClick={() => show(platform.id)}
        />
      )}
      {own ? (
        <Way
          what="The stack that is chosen at the top of the window."
          action={`Deploy ${stack.title}`}
          onClick={() => void navigate(deployPath)}
        />
      ) : null}
      <Way
        what="Any other stack, described by Compose files of this machine."
        action="Open Compose files"
        onClick={() => add.mutate(undefined, { onSuccess: (added) => added && show(added.id) })}
      />
    </Panel>
  );
}

function Way({ what, action, onClick }: { what: string; action: string; onClick: () => void }) {
  return (
    <div className={classes.way}>
      <p className={classes.quiet}>{what}</p>
      <Button variant="default" onClick={onClick}>
        {action}
      </Button>
    </div>
  );
}
