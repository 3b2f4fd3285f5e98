import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import type { Host } from '../../../preload/contract';
import { hostsPath } from '../../lib/routes';
import { useHostCalls } from '../../rpc/actions';
import { explainFailure } from '../../rpc/errors';
import { hostState } from '../../rpc/host-words';
import { useWorkspace } from '../../rpc/workspace';
import { Command } from '../../ui/command';
import { Panel, Screen } from '../../ui/panel';
import { StatusGlyph } from '../../ui/status-glyph';
import classes from './overview.module.css';

const INSTALL = 'sudo apt-get install -y docker.io && sudo systemctl enable --now docker';
const PERMIT = 'sudo usermod -aG docker "$USER"';

function wordsOf({ connection }: Host): string {
  if (connection.state === 'unreachable') return explainFailure(connection.failure).detail;
  if (connection.state === 'unsupported') return connection.reason;
  return connection.state === 'connected' ? 'connected' : 'not asked yet';
}

function lacksPermission(hosts: readonly Host[]): boolean {
  return hosts.some((host) => /EACCES|permission denied/i.test(wordsOf(host)));
}

/** No engine of this machine answers: what was tried, and the exact command that helps. */
export function NoEngine() {
  const { hosts, host } = useWorkspace();
  const { retry } = useHostCalls();
  const navigate = useNavigate();
  const permission = lacksPermission(hosts.items);
  return (
    <Screen title="No Docker Engine answers">
      <Panel title="What was tried" flush>
        <ul>
          {hosts.items.map((item) => (
            <li key={item.id} className={classes.tried}>
              <StatusGlyph status={hostState(item).status} />
              <strong>{item.title}</strong>
              <code>{item.endpoint}</code>
              <span className={classes.quiet}>{wordsOf(item)}</span>
            </li>
          ))}
          {hosts.items.length === 0 ? (
            <li className={classes.tried}>No context, no DOCKER_HOST and no default socket were found.</li>
          ) : null}
        </ul>
      </Panel>
      <Panel title="What to do">
        <p>
          {permission
            ? 'An engine is there, but this user may not use it. On Debian and Ubuntu, join its group, then sign in again:'
            : 'On Debian and Ubuntu, install and start the distribution’s engine:'}
        </p>
        <div className={classes.try}>
          <Command text={permission ? PERMIT : INSTALL} />
        </div>
        <div className={classes.buttons}>
          <Button disabled={host === null} onClick={() => host !== null && retry.mutate(host.id)}>
            Try again
          </Button>
          <Button variant="default" onClick={() => navigate(hostsPath)}>
            Choose another host
          </Button>
        </div>
      </Panel>
    </Screen>
  );
}
