import { Button } from '@mantine/core';
import type { ServiceRow } from '../../../preload/contract';
import type { ServiceAction } from '../../rpc/actions';
import { useConfirmedAct } from '../../rpc/confirmed-act';
import { useAway } from '../../rpc/workspace';
import { ActButton } from '../../ui/act-button';
import classes from './services.module.css';
import type { TableState } from './use-table-state';

/** What can be done to the marked rows together. */
export function BulkBar({ state, rows }: { state: TableState; rows: readonly ServiceRow[] }) {
  const act = useConfirmedAct();
  const away = useAway();
  if (state.marked.size === 0) return null;
  const run = (action: ServiceAction) => () =>
    act(
      rows.filter((row) => state.marked.has(row.id)),
      action,
    );
  return (
    <section className={classes.bulk} aria-label="Selected services">
      <span>{state.marked.size} selected</span>
      <ActButton variant="default" blocked={away} onClick={run('start')}>
        Start
      </ActButton>
      <ActButton variant="default" blocked={away} onClick={run('restart')}>
        Restart
      </ActButton>
      <ActButton variant="default" blocked={away} onClick={run('stop')}>
        Stop
      </ActButton>
      <Button variant="subtle" color="gray" onClick={() => state.markAll(false)}>
        Clear
      </Button>
    </section>
  );
}
