import { Checkbox, UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { useNavigate } from 'react-router';
import { servicePath } from '../../lib/routes';
import { useWorkspace } from '../../rpc/workspace';
import { Skeleton } from '../../ui/skeleton';
import { columns, type Sort } from './columns';
import { RowView } from './row-view';
import classes from './services.module.css';
import { useRowKeys } from './use-row-keys';
import type { TableState } from './use-table-state';

const ROW_PX = 30;
const OVERSCAN_ROWS = 12;
const SKELETON_ROWS = Array.from({ length: 16 }, (_, index) => `row ${index}`);

/** Rows take the focus and can be marked, which makes a grid of the table. */
const grid = { role: 'grid', 'aria-label': 'Services', 'aria-multiselectable': true } as const;

interface ServiceTableProps {
  state: TableState;
  waiting: boolean;
  /** A drawer lies over the table: the keys belong to it. */
  covered: boolean;
}

export function ServiceTable({ state, waiting, covered }: ServiceTableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const onKeyDown = useRowKeys(state);
  const onClick = useRowClick();
  const handlers = useRowHandlers(state);
  const { visible } = state;
  const { connected } = useWorkspace();
  const virtual = useVirtualizer({
    count: visible.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS,
    getItemKey: (index) => visible[index]?.id ?? index,
  });
  const shown = virtual.getVirtualItems();
  const above = shown[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const activeIndex = visible.findIndex((row) => row.id === state.active);
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex, { align: 'auto' });
  }, [activeIndex, virtual]);
  useRowFocus(frame, waiting, covered);
  return (
    <div ref={frame} className={classes.frame} data-stale={!connected && !waiting}>
      <table className={classes.table} {...grid} aria-rowcount={visible.length + 1}>
        <Head state={state} />
        <tbody onKeyDown={onKeyDown} onClick={onClick}>
          {waiting ? <Waiting /> : null}
          {above > 0 ? <Spacer height={above} /> : null}
          {shown.map((item) => {
            const row = visible[item.index];
            return row === undefined ? null : (
              <RowView
                key={row.id}
                row={row}
                index={item.index}
                active={row.id === state.active}
                marked={state.marked.has(row.id)}
                {...handlers}
              />
            );
          })}
          {below > 0 ? <Spacer height={below} /> : null}
        </tbody>
      </table>
    </div>
  );
}

/** The same from draw to draw, so that only rows with news are drawn anew. */
function useRowHandlers(state: TableState) {
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  });
  return useMemo(
    () => ({
      onMark: (id: string) => latest.current.mark(id),
      onFocus: (id: string) => latest.current.setActive(id),
    }),
    [],
  );
}

/** A click anywhere on a row but its check box opens the service; Enter does the same. */
function useRowClick() {
  const navigate = useNavigate();
  return (event: React.MouseEvent) => {
    if (!(event.target instanceof Element) || event.target.closest('[data-mark]') !== null) return;
    const service = event.target.closest<HTMLElement>('[data-row]')?.dataset.row;
    if (service !== undefined) void navigate(servicePath(service));
  };
}

/** The keys work at once: the active row takes the focus when the table appears and when a drawer over it closes. */
function useRowFocus(frame: React.RefObject<HTMLDivElement | null>, waiting: boolean, covered: boolean) {
  const due = useRef(true);
  useEffect(() => {
    if (covered) due.current = true;
    if (waiting || covered || !due.current) return;
    const row = frame.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]') ?? null;
    row?.focus({ preventScroll: true });
    due.current = row === null;
  });
}

function Head({ state }: { state: TableState }) {
  const { visible, marked } = state;
  const all = visible.length > 0 && marked.size === visible.length;
  return (
    <thead>
      <tr>
        <th className={classes.mark} scope="col">
          <Checkbox
            aria-label="Select all services"
            checked={all}
            indeterminate={marked.size > 0 && !all}
            onChange={(event) => state.markAll(event.currentTarget.checked)}
          />
        </th>
        {columns.map((column) => (
          <th
            key={column.id}
            scope="col"
            className={classes[column.id]}
            data-numeric={column.numeric}
            aria-sort={ariaSort(state.sort, column.id)}
          >
            <UnstyledButton className={classes.sort} onClick={() => state.sortBy(column.id)}>
              {column.title}
              <span aria-hidden className={classes.arrow}>
                {state.sort?.column === column.id ? (state.sort.descending ? '▾' : '▴') : ''}
              </span>
            </UnstyledButton>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function ariaSort(sort: Sort | null, column: string): 'ascending' | 'descending' | 'none' {
  if (sort?.column !== column) return 'none';
  return sort.descending ? 'descending' : 'ascending';
}

function Spacer({ height }: { height: number }) {
  return (
    <tr aria-hidden className={classes.spacer}>
      <td colSpan={columns.length + 1} style={{ height }} />
    </tr>
  );
}

function Waiting() {
  return SKELETON_ROWS.map((key) => (
    <tr key={key}>
      <td colSpan={columns.length + 1}>
        <Skeleton height={16} />
      </td>
    </tr>
  ));
}
