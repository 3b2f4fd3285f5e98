import { Button } from '@mantine/core';
import { useShowInFolder } from '../../rpc/actions';
import { explainError } from '../../rpc/errors';
import { useAppInfo } from '../../rpc/queries';
import { CopyButton } from '../../ui/copy-button';
import { FailureNotice, Notice } from '../../ui/notice';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import classes from './settings.module.css';

type Info = NonNullable<ReturnType<typeof useAppInfo>['data']>;

export function About() {
  const info = useAppInfo();
  if (info.isError) return <FailureNotice failure={explainError(info.error)} />;
  if (info.data === undefined) return <Skeleton height={280} />;
  return (
    <Panel
      title="This console"
      flush
      actions={<CopyButton text={() => asText(info.data)} label="Copy versions for a report" title="Copy" />}
    >
      {info.data.runtimeNotice === null ? null : (
        <div className={classes.notice}>
          <Notice tone="warn" title="A stand-in runtime is in use">
            {info.data.runtimeNotice}
          </Notice>
        </div>
      )}
      <Facts info={info.data} />
    </Panel>
  );
}

function versions(info: Info): [string, string][] {
  return [
    ['Console', info.version],
    ['Electron', info.electron],
    ['Chrome', info.chrome],
    ['Node', info.node],
    ['Platform', info.platform],
  ];
}

function asText(info: Info): string {
  return versions(info)
    .map(([name, version]) => `${name} ${version}`)
    .join('\n');
}

function Facts({ info }: { info: Info }) {
  const show = useShowInFolder();
  const places = [
    { what: 'log', title: 'Log file', path: info.logFile },
    { what: 'data', title: 'Data', path: info.dataDirectory },
    { what: 'settings', title: 'Settings file', path: info.settingsFile },
  ] as const;
  return (
    <dl>
      {versions(info).map(([name, version]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{version}</dd>
        </div>
      ))}
      {places.map(({ what, title, path }) => (
        <div key={what} className={classes.fact}>
          <dt>{title}</dt>
          <dd className={classes.place}>
            <code>{path}</code>
            <Button
              variant="default"
              aria-label={`Show in folder: ${title}`}
              onClick={() => show.mutate(what)}
            >
              Show in folder
            </Button>
          </dd>
        </div>
      ))}
    </dl>
  );
}
