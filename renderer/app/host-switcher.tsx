import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import type { Host } from '../../preload/contract';
import { useHostCalls } from '../rpc/actions';
import { engineLine, hostStates, isLocal } from '../rpc/host-words';
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
        <Menu.Item onClick={() => navigate('/hosts')}>Manage hosts</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Current({ host, waiting }: { host: Host | null; waiting: boolean }) {
  if (host === null)
    return <span className={classes.facts}>{waiting ? 'Looking for engines' : 'No host'}</span>;
  const { connection } = host;
  const state = hostStates[connection.state];
  return (
    <>
      <StatusGlyph status={state.status} />
      <span className={classes.switchName}>{host.title}</span>
      <span className={classes.tag}>{isLocal(host.endpoint) ? 'local' : 'remote'}</span>
      <span className={classes.facts}>
        {connection.state === 'connected' ? (
          engineLine(connection)
        ) : (
          <>
            {state.word}
            {'since' in connection ? (
              <>
                {' for '}
                <Elapsed since={connection.since} />
              </>
            ) : null}
          </>
        )}
      </span>
    </>
  );
}

function HostOption({ host }: { host: Host }) {
  const state = hostStates[host.connection.state];
  return (
    <span className={classes.option}>
      <span className={classes.optionHead}>
        <strong>{host.title}</strong>
        <StatusLabel status={state.status} word={state.word} />
        {host.selected ? <span className={classes.tag}>shown</span> : null}
      </span>
      <span className={classes.optionNote}>{host.endpoint}</span>
    </span>
  );
}
