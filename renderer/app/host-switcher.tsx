import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import type { Host } from '../../preload/contract';
import { addHostPath, hostsPath } from '../lib/routes';
import { useHostCalls } from '../rpc/actions';
import { engineLine, hostState, isLocal, stuckWords } from '../rpc/host-words';
import { useWorkspace } from '../rpc/workspace';
import { Elapsed } from '../ui/age';
import { StatusGlyph, StatusLabel } from '../ui/status-glyph';
import classes from './top-bar.module.css';

/** Which host, local or remote, connected or since when not: on every screen. */
export function HostSwitcher() {
  const { hosts, host } = useWorkspace();
  const { select } = useHostCalls();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-start" width={460}>
      <Menu.Target>
        <UnstyledButton className={classes.switch}>
          <Current host={host} waiting={hosts.status === 'waiting'} />
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {hosts.items.map((item) => (
          <Menu.Item
            key={item.id}
            onClick={() => select.mutate(item.id)}
            disabled={item.connection.state === 'unsupported'}
            aria-current={item.selected}
          >
            <HostOption host={item} />
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => navigate(addHostPath)}>Add host</Menu.Item>
        <Menu.Item onClick={() => navigate(hostsPath)}>Manage hosts</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Current({ host, waiting }: { host: Host | null; waiting: boolean }) {
  if (host === null)
    return <span className={classes.facts}>{waiting ? 'Looking for engines' : 'No host'}</span>;
  return (
    <>
      <StatusGlyph status={hostState(host).status} />
      <span className={classes.switchName}>{host.title}</span>
      <span className={classes.tag}>{isLocal(host.endpoint) ? 'local' : 'remote'}</span>
      <CurrentState host={host} />
    </>
  );
}

/** Connected says which engine; everything else says since when not, and where it is stuck. */
function CurrentState({ host }: { host: Host }) {
  const { connection } = host;
  const engine = engineLine(connection);
  if (engine !== '') return <span className={classes.facts}>{engine}</span>;
  const stuck = stuckWords(host);
  return (
    <span className={connection.state === 'idle' ? classes.facts : classes.trouble}>
      {hostState(host).word}
      {'since' in connection ? (
        <>
          {' for '}
          <Elapsed since={connection.since} />
        </>
      ) : null}
      {stuck === '' ? '' : ` · ${stuck}`}
    </span>
  );
}

function HostOption({ host }: { host: Host }) {
  const stuck = stuckWords(host);
  return (
    <span className={classes.option}>
      <span className={classes.optionHead}>
        <strong>{host.title}</strong>
        <StatusLabel {...hostState(host)} />
        {host.selected ? <span className={classes.tag}>shown</span> : null}
      </span>
      <span className={classes.optionNote}>
        {host.endpoint}
        {stuck === '' ? '' : ` · ${stuck}`}
      </span>
    </span>
  );
}
