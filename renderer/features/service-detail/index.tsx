/** One service, from its address: logs, probes, configuration, events, inspect. */
import { Drawer, Tabs } from '@mantine/core';
import { useModals } from '@mantine/modals';
import { useEffect, useState } from 'react';
import { Navigate, useLocation, useNavigate, useParams } from 'react-router';
import type { ServiceRow } from '../../../preload/contract';
import {
  type DetailTab,
  detailTabs,
  isDetailTab,
  type Opened,
  openedFrom,
  servicePath,
} from '../../lib/routes';
import { useServiceRows } from '../../rpc/live';
import { useWorkspace } from '../../rpc/workspace';
import { Empty } from '../../ui/empty';
import { ConfigurationTab } from './configuration-tab';
import classes from './detail.module.css';
import { EventsTab } from './events-tab';
import { DetailHeader } from './header';
import { InspectTab } from './inspect-tab';
import { LogsTab } from './logs/logs-tab';
import { ProbesTab } from './probes-tab';

const titles: Record<DetailTab, string> = {
  logs: 'Logs',
  probes: 'Probes',
  configuration: 'Configuration',
  events: 'Events',
  inspect: 'Inspect',
};

const panels: Record<DetailTab, (props: { service: string }) => React.ReactNode> = {
  logs: LogsTab,
  probes: ProbesTab,
  configuration: ConfigurationTab,
  events: EventsTab,
  inspect: InspectTab,
};

export function ServiceDrawer() {
  const { service = '', tab = 'logs' } = useParams();
  const opened = useOpened();
  const close = useClose();
  const { target } = useWorkspace();
  const asking = useAsking();
  const rows = useServiceRows(target);
  const row = rows.items.find((item) => item.id === service) ?? null;
  if (!isDetailTab(tab)) return <Navigate to={servicePath(service)} state={opened} replace />;
  return (
    <Drawer.Root
      opened
      onClose={close}
      closeOnEscape={!asking}
      position="right"
      size="min(1040px, 78vw)"
      classNames={{ content: classes.content, body: classes.body }}
    >
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content>
        <Drawer.Body>
          {row === null ? (
            <Missing service={service} waiting={rows.status === 'waiting'} />
          ) : (
            <Content row={row} tab={tab} />
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function useOpened(): Opened {
  const state: unknown = useLocation().state;
  return { from: openedFrom(state) };
}

/** Back to the screen the service was opened from. */
function useClose(): () => void {
  const navigate = useNavigate();
  const { from } = useOpened();
  return () => void navigate(from);
}

/**
 * Esc answers the question that lies over the drawer, not both at once. The flag outlives the
 * question by one turn: closing it draws anew before the same key press reaches the drawer.
 */
function useAsking(): boolean {
  const open = useModals().modals.length > 0;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setHeld(open), 0);
    return () => clearTimeout(timer);
  }, [open]);
  return open || held;
}

function Missing({ service, waiting }: { service: string; waiting: boolean }) {
  return (
    <>
      <Drawer.Title className={classes.missing}>{service}</Drawer.Title>
      <Empty title={waiting ? 'Waiting for the engine' : `No service named ${service} in this stack`}>
        {waiting ? null : 'Press Esc to go back.'}
      </Empty>
    </>
  );
}

function Content({ row, tab }: { row: ServiceRow; tab: DetailTab }) {
  const navigate = useNavigate();
  const opened = useOpened();
  const close = useClose();
  const Panel = panels[tab];
  const select = (next: string | null) => {
    if (next !== null && isDetailTab(next))
      void navigate(servicePath(row.id, next), { replace: true, state: opened });
  };
  return (
    <>
      <DetailHeader row={row} onClose={close} />
      <Tabs value={tab} onChange={select} className={classes.tabs} keepMounted={false}>
        <Tabs.List className={classes.list} aria-label="Views of the service">
          {detailTabs.map((id) => (
            <Tabs.Tab key={id} value={id} data-autofocus={id === tab}>
              {titles[id]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {detailTabs.map((id) => (
          <Tabs.Panel key={id} value={id} className={classes.panel}>
            {id === tab ? <Panel key={row.id} service={row.id} /> : null}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
