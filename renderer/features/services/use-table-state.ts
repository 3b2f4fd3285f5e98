import { useMemo, useState } from 'react';
import type { ServiceRow } from '../../../preload/contract';
import { type ColumnId, filterRows, type Sort, sortRows } from './columns';

/** First click sorts up, second down, third returns to the order of the tiers. */
export function nextSort(current: Sort | null, column: ColumnId): Sort | null {
  if (current?.column !== column) return { column, descending: false };
  return current.descending ? null : { column, descending: true };
}

export interface TableState {
  visible: ServiceRow[];
  filter: string;
  setFilter: (text: string) => void;
  sort: Sort | null;
  sortBy: (column: ColumnId) => void;
  /** Ids of rows marked for bulk work; rows that are gone drop out. */
  marked: ReadonlySet<string>;
  mark: (id: string) => void;
  markAll: (on: boolean) => void;
  /** The row the keys act on. */
  active: string | null;
  setActive: (id: string) => void;
}

export function useTableState(rows: readonly ServiceRow[]): TableState {
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<Sort | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setActive] = useState<string | null>(null);
  const visible = useMemo(() => sortRows(filterRows(rows, filter), sort), [rows, filter, sort]);
  const marked = useMemo(
    () => new Set(visible.filter((row) => chosen.has(row.id)).map((row) => row.id)),
    [visible, chosen],
  );
  const active = visible.some((row) => row.id === wanted) ? wanted : (visible[0]?.id ?? null);
  const mark = (id: string) => {
    const next = new Set(marked);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const markAll = (on: boolean) => setChosen(new Set(on ? visible.map((row) => row.id) : []));
  const sortBy = (column: ColumnId) => setSort(nextSort(sort, column));
  return { visible, filter, setFilter, sort, sortBy, marked, mark, markAll, active, setActive };
}
