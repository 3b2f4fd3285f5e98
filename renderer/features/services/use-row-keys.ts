import { useNavigate } from 'react-router';
import type { ServiceRow } from '../../../preload/contract';
import { servicePath } from '../../lib/routes';
import { useOpenService } from '../../rpc/actions';
import { sayBlocked, useConfirmedAct } from '../../rpc/confirmed-act';
import type { TableState } from './use-table-state';

/** Where the active row goes; the ends hold. */
function moved(state: TableState, by: number): string | undefined {
  const at = state.visible.findIndex((row) => row.id === state.active);
  const next = Math.min(Math.max(at + by, 0), state.visible.length - 1);
  return state.visible[next]?.id;
}

const stoppable = new Set<ServiceRow['engineState']>(['running', 'restarting', 'paused']);

/** A job that has ended, or what was stopped already, is not asked about. */
function runningOf(rows: readonly ServiceRow[]): ServiceRow[] {
  const running = rows.filter(({ engineState }) => stoppable.has(engineState));
  const [only] = rows;
  if (only !== undefined && running.length === 0)
    sayBlocked(rows.length === 1 ? `Stop ${only.title}` : 'Stop', 'Nothing of it is running.');
  return running;
}

/** Single keys act on the marked rows if there are any, else on the active one. Only with the focus in the table. */
export function useRowKeys(state: TableState) {
  const navigate = useNavigate();
  const open = useOpenService();
  const act = useConfirmedAct();
  const row = state.visible.find((item) => item.id === state.active);
  const chosen = (): ServiceRow[] =>
    state.marked.size > 0
      ? state.visible.filter((item) => state.marked.has(item.id))
      : row === undefined
        ? []
        : [row];
  const go = (by: number) => () => {
    const id = moved(state, by);
    if (id !== undefined) state.setActive(id);
  };
  const show = () => row !== undefined && navigate(servicePath(row.id));
  const toggle = () => row !== undefined && state.mark(row.id);
  const keys: Record<string, () => unknown> = {
    j: go(1),
    ArrowDown: go(1),
    k: go(-1),
    ArrowUp: go(-1),
    Home: go(Number.NEGATIVE_INFINITY),
    End: go(Number.POSITIVE_INFINITY),
    Enter: show,
    l: show,
    x: toggle,
    ' ': toggle,
    s: () => act(runningOf(chosen()), 'stop'),
    r: () => act(chosen(), 'restart'),
    a: () => act(chosen(), 'start'),
    w: () => row?.webUrl != null && open.mutate(row),
  };
  return (event: React.KeyboardEvent) => {
    const run = keys[event.key];
    if (run === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    run();
  };
}
