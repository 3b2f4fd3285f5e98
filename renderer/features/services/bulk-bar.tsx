import { Button } from '@mantine/core';
import type { ServiceRow } from '../../../preload/contract';
import type { ServiceAction } from '../../rpc/actions';
import { useConfirmedAct } from '../../rpc/confirmed-act';
import classes from './services.module.css';
import type { TableState } from './use-table-state';

/** What can be done to the marked rows together. */
export function BulkBar({ state, rows }: { state: TableState; rows: readonly ServiceRow[] }) {
  const act = useConfirmedAct();
  if (state.marked.size === 0) return null;
  const run = (action: ServiceAction) => () =>
    act(
      rows.filter((row) => state.marked.has(row.id)),
      action,
    );
  return (
    <section className={classes.bulk} aria-label="Selected services">
      <span>{state.marked.size} selected</span>
      <Button variant="default" onClick={run('start')}>
        Start
      </Button>
      <Button variant="default" onClick={run('restart')}>
        Restart
      </Button>
      <Button variant="default" onClick={run('stop')}>
        Stop
      </Button>
      <Button variant="subtle" color="gray" onClick={() => state.markAll(false)}>
        Clear
      </Button>
    </section>
  );
}
