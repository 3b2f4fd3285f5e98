/** The columns of the table: how each sorts. What a cell shows is in cells.tsx. */
import type { ServiceRow } from '../../../preload/contract';
import { byTier } from '../../lib/by-tier';
import { formatCount } from '../../lib/format';
import { upSince } from '../../lib/uptime';
import { statuses } from '../../ui/status-glyph';

export type ColumnId =
  | 'service'
  | 'verdict'
  | 'state'
  | 'cpu'
  | 'memory'
  | 'network'
  | 'restarts'
  | 'uptime'
  | 'port'
  | 'image';

interface Column {
  id: ColumnId;
  title: string;
  numeric: boolean;
  /** Rows without a value sort last in either direction. */
  key: (row: ServiceRow) => string | number | null;
}

const severity = { bad: 0, lie: 1, warn: 2, busy: 3, idle: 4, calm: 5, good: 6 } as const;

function column(id: ColumnId, title: string, key: Column['key'], numeric = false): Column {
  return { id, title, numeric, key };
}

function networkOf({ usage }: ServiceRow): number | null {
  if (usage === null) return null;
  return (usage.receiveBytesPerSecond ?? 0) + (usage.transmitBytesPerSecond ?? 0);
}

export const columns: readonly Column[] = [
  column('service', 'Service', (row) => row.title.toLowerCase()),
  column('verdict', 'Verdict', (row) => severity[statuses[row.verdict.state].tone]),
  column('state', 'State', (row) => row.engineState),
  column('cpu', 'CPU', (row) => row.usage?.cpuPercent ?? null, true),
  column('memory', 'Memory', (row) => row.usage?.memoryBytes ?? null),
  column('network', 'Network', networkOf, true),
  column('restarts', 'Restarts', (row) => row.restarts, true),
  // A later start is a shorter uptime.
  column('uptime', 'Uptime', (row) => negated(upSince(row)), true),
  column('port', 'Port', (row) => row.ports[0]?.published ?? null, true),
  column('image', 'Image', (row) => row.image),
];

export interface Sort {
  column: ColumnId;
  descending: boolean;
}

function compare(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right));
}

function compareKeys(
  left: string | number | null,
  right: string | number | null,
  descending: boolean,
): number {
  if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0);
  return descending ? compare(right, left) : compare(left, right);
}

/** Without a chosen column: the order of the tiers, services before what accompanies them. */
export function sortRows(rows: readonly ServiceRow[], sort: Sort | null): ServiceRow[] {
  const chosen = columns.find((entry) => entry.id === sort?.column);
  if (sort === null || chosen === undefined) return [...rows].sort(byTier);
  return [...rows].sort(
    (left, right) => compareKeys(chosen.key(left), chosen.key(right), sort.descending) || byTier(left, right),
  );
}

/** `16 services, 2 jobs`: rows by what they are. */
export function unitCounts(rows: readonly ServiceRow[]): string {
  const count = (unit: ServiceRow['unit']) => rows.filter((row) => row.unit === unit).length;
  const others = (['companion', 'job'] as const).filter((unit) => count(unit) > 0);
  return [
    formatCount(count('service'), 'service'),
    ...others.map((unit) => formatCount(count(unit), unit)),
  ].join(', ');
}

/** Every word must occur somewhere in what the row shows. */
export function filterRows(rows: readonly ServiceRow[], text: string): readonly ServiceRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const { state, reason } = row.verdict;
    const ports = row.ports.map((port) => port.published).join(' ');
    const shown = [
      row.id,
      row.title,
      row.tier,
      state,
      statuses[state].word,
      reason,
      row.image,
      row.engineState,
      ports,
    ];
    const haystack = shown.join(' ').toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}
