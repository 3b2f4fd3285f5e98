/** Every engine this console knows: contexts, DOCKER_HOST, the default socket, machines that were added over SSH. */
import { Button } from '@mantine/core';
import { useParams, useSearchParams } from 'react-router';
import type { Host } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { useWorkspace } from '../../rpc/workspace';
import { Age } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { Panel, Screen } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { AddHost } from './add-host';
import { HostDetail } from './host-detail';
import { HostList } from './host-list';
import classes from './hosts.module.css';

export function HostsScreen() {
  const { hosts } = useWorkspace();
  const dialog = useAddDialog();
  return (
    <Screen
      title="Hosts"
      aside={
        <span>
          {formatCount(hosts.items.length, 'host')} · updated <Age at={hosts.receivedAt} />
        </span>
      }
      actions={<Button onClick={dialog.open}>Add host</Button>}
    >
      <Body onAdd={dialog.open} waiting={hosts.status === 'waiting'} />
      <AddHost opened={dialog.opened} onClose={dialog.close} />
    </Screen>
  );
}

/** Open by address, so that the palette can lead here. */
function useAddDialog() {
  const [search, setSearch] = useSearchParams();
  return {
    opened: search.has('add'),
    open: () => setSearch('add', { replace: true }),
    close: () => setSearch('', { replace: true }),
  };
}

/** The one asked for; without one, or once it was forgotten, the one on show. */
function useChosen(): Host | null {
  const { hosts, host } = useWorkspace();
  const chosen = useParams().host;
  return hosts.items.find((item) => item.id === chosen) ?? host ?? hosts.items[0] ?? null;
}

function Body({ onAdd, waiting }: { onAdd: () => void; waiting: boolean }) {
  const { hosts } = useWorkspace();
  const chosen = useChosen();
  if (chosen === null && !waiting)
    return (
      <Panel title="No host is known">
        <Empty title="No Docker context, no DOCKER_HOST and no default socket were found">
          <p>Install an engine on this machine, or add a machine that is reached over SSH.</p>
          <Button onClick={onAdd}>Add host</Button>
        </Empty>
      </Panel>
    );
  return (
    <div className={classes.screen}>
      <HostList hosts={hosts.items} chosen={chosen?.id ?? ''} waiting={waiting} />
      {chosen === null ? <Skeleton height={240} /> : <HostDetail key={chosen.id} host={chosen} />}
    </div>
  );
}
