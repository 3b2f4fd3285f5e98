import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceRow, VerdictState } from '../../../preload/contract';
import { webRow } from '../../rpc/samples.fixture';
import { columns, filterRows, sortRows, unitCounts } from './columns';
import { nextSort } from './use-table-state';

function row(id: string, state: VerdictState = 'healthy', change: Partial<ServiceRow> = {}): ServiceRow {
  const verdict = { ...webRow.verdict, state, reason: 'fine' };
  return { ...webRow, id, title: id, tier: 'Data', image: 'redis:7', verdict, startedAt: 0, ...change };
}

const ids = (rows: readonly ServiceRow[]) => rows.map((entry) => entry.id);

describe('the order of the rows', () => {
  it('follows the tiers, services before their companions and jobs', () => {
    const rows = [
      row('z', 'healthy', { tierOrder: 1 }),
      row('job', 'completed', { unit: 'job' }),
      row('b'),
      row('a'),
    ];
    expect(ids(sortRows(rows, null))).toEqual(['a', 'b', 'job', 'z']);
  });

  it('puts the worst verdict first', () => {
    const rows = [row('a'), row('b', 'lying'), row('c', 'crash-looping'), row('d', 'degraded')];
    expect(ids(sortRows(rows, { column: 'verdict', descending: false }))).toEqual(['c', 'b', 'd', 'a']);
  });

  it('puts rows without a value last in both directions', () => {
    const rows = [
      row('none', 'stopped', { startedAt: null }),
      row('old', 'healthy', { startedAt: 1 }),
      row('ended', 'completed', { startedAt: 5, engineState: 'exited' }),
      row('new', 'healthy', { startedAt: 9 }),
    ];
    expect(ids(sortRows(rows, { column: 'uptime', descending: false }))).toEqual([
      'new',
      'old',
      'ended',
      'none',
    ]);
    expect(ids(sortRows(rows, { column: 'uptime', descending: true }))).toEqual([
      'old',
      'new',
      'ended',
      'none',
    ]);
  });

  it('loses and invents no row, whatever the column', () => {
    const anyRow = fc.record({ id: fc.string({ minLength: 1 }), restarts: fc.nat(5), tierOrder: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.uniqueArray(anyRow, { selector: (entry) => entry.id }),
        fc.constantFrom(...columns),
        fc.boolean(),
        (drafts, column, descending) => {
          const rows = drafts.map((draft) => row(draft.id, 'healthy', draft));
          const sorted = sortRows(rows, { column: column.id, descending });
          expect(ids(sorted).sort()).toEqual(ids(rows).sort());
        },
      ),
    );
  });

  it('goes up, down and back to the tiers on repeated clicks', () => {
    const up = nextSort(null, 'cpu');
    const down = nextSort(up, 'cpu');
    expect([up?.descending, down?.descending, nextSort(down, 'cpu')]).toEqual([false, true, null]);
    expect(nextSort(down, 'port')).toEqual({ column: 'port', descending: false });
  });
});

describe('the filter', () => {
  const rows = [row('wagtail', 'lying', { image: 'cms:1' }), row('redis'), row('saleor', 'crash-looping')];

  it('needs every word, anywhere in the row', () => {
    expect(ids(filterRows(rows, 'LYING cms'))).toEqual(['wagtail']);
    expect(ids(filterRows(rows, 'redis:7 crash'))).toEqual(['saleor']);
    expect(ids(filterRows(rows, '  '))).toEqual(['wagtail', 'redis', 'saleor']);
    expect(filterRows(rows, 'nothing here')).toEqual([]);
  });
});

describe('the count of the rows', () => {
  it('tells services from what accompanies them', () => {
    const rows = [row('web'), row('db'), row('worker', 'healthy', { unit: 'companion' })];
    expect(unitCounts(rows)).toBe('2 services, 1 companion');
    expect(unitCounts([...rows, row('migrate', 'completed', { unit: 'job' })])).toBe(
      '2 services, 1 companion, 1 job',
    );
    expect(unitCounts([])).toBe('0 services');
  });
});
