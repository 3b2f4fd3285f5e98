/** Every container of the stack in one live table, driven by keys or pointer. */
import { TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { useRef } from 'react';
import { Outlet, useParams } from 'react-router';
import { formatCount } from '../../lib/format';
import { useServiceRows } from '../../rpc/live';
import { observedAt } from '../../rpc/observed';
import { useWorkspace } from '../../rpc/workspace';
import { Age } from '../../ui/age';
import { Empty } from '../../ui/empty';
import { Screen } from '../../ui/panel';
import { BulkBar } from './bulk-bar';
import { KeyHelp, useKeyHelp } from './key-help';
import classes from './services.module.css';
import { ServiceTable } from './table';
import { useTableState } from './use-table-state';

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
          {state.visible.length === rows.items.length
            ? formatCount(rows.items.length, 'row')
            : `${state.visible.length} of ${formatCount(rows.items.length, 'row')}`}
          {' · observed '}
          <Age at={observedAt(rows.items)} />
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
      {rows.items.length === 0 && rows.status === 'live' ? (
        <Empty title="This stack defines no services">
          Choose another stack above, or open Compose files.
        </Empty>
      ) : (
        <ServiceTable state={state} waiting={rows.status === 'waiting'} covered={drawerOpen} />
      )}
      <KeyHelp {...help} />
      <Outlet />
    </Screen>
  );
}

function leaveFilter(event: React.KeyboardEvent<HTMLInputElement>, setFilter: (text: string) => void) {
  if (event.key !== 'Escape' && event.key !== 'Enter') return;
  if (event.key === 'Escape') setFilter('');
  document.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus();
}
