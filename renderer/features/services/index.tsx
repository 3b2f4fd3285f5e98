/** Every container of the stack in one live table, driven by keys or pointer. */
import { TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { useRef } from 'react';
import { Outlet, useParams } from 'react-router';
import type { ServiceRow } from '../../../preload/contract';
import { useServiceRows } from '../../rpc/live';
import type { LiveView } from '../../rpc/live-source';
import { measuredAt, observedAt } from '../../rpc/observed';
import { useWorkspace } from '../../rpc/workspace';
import { Observed, StaleAge } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { FailureNotice } from '../../ui/notice';
import { Screen } from '../../ui/panel';
import { BulkBar } from './bulk-bar';
import { unitCounts } from './columns';
import { KeyHelp, useKeyHelp } from './key-help';
import classes from './services.module.css';
import { ServiceTable } from './table';
import { type TableState, useTableState } from './use-table-state';

export function ServicesScreen() {
  const { target } = useWorkspace();
  const rows = useServiceRows(target);
  const state = useTableState(rows.items);
  const filter = useRef<HTMLInputElement>(null);
  const help = useKeyHelp();
  const drawerOpen = useParams().service !== undefined;
  useHotkeys([
    ['/', () => filter.current?.focus()],
    ['shift+?', help.open],
    // Layouts that reach the question mark without Shift.
    ['?', help.open],
  ]);
  return (
    <Screen
      title="Services"
      aside={
        <span>
          {state.visible.length === rows.items.length ? '' : `${state.visible.length} of `}
          {unitCounts(rows.items)}
          {' · '}
          <Observed at={observedAt(rows.items)} />
          <StaleAge at={measuredAt(rows.items)} before=" · usage measured " />
        </span>
      }
      actions={
        <>
          <BulkBar state={state} rows={rows.items} />
          <TextInput
            ref={filter}
            className={classes.filter}
            leftSection={<IconFilter size={14} />}
            placeholder="Filter ( / )"
            aria-label="Filter services"
            value={state.filter}
            onChange={(event) => state.setFilter(event.currentTarget.value)}
            onKeyDown={(event) => leaveFilter(event, state.setFilter)}
          />
        </>
      }
    >
      <Body rows={rows} state={state} covered={drawerOpen} />
      <KeyHelp {...help} />
      <Outlet />
    </Screen>
  );
}

interface BodyProps {
  rows: LiveView<ServiceRow>;
  state: TableState;
  covered: boolean;
}

function Body({ rows, state, covered }: BodyProps) {
  const none = rows.items.length === 0;
  if (none && rows.failure !== null) return <FailureNotice failure={rows.failure} />;
  if (none && rows.status === 'live')
    return (
      <Empty title="This stack defines no services">Choose another stack above, or open Compose files.</Empty>
    );
  return <ServiceTable state={state} waiting={rows.status === 'waiting'} covered={covered} />;
}

function leaveFilter(event: React.KeyboardEvent<HTMLInputElement>, setFilter: (text: string) => void) {
  if (event.key !== 'Escape' && event.key !== 'Enter') return;
  if (event.key === 'Escape') setFilter('');
  document.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus();
}
