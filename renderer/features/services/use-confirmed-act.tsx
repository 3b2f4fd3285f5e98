import { modals } from '@mantine/modals';
import type { ServiceRow } from '../../../preload/contract';
import { formatCount } from '../../lib/format';
import { type ServiceAction, useAct } from '../../rpc/actions';

const words: Record<ServiceAction, string> = { start: 'Start', stop: 'Stop', restart: 'Restart' };

/** Starting nags nobody; stopping, and anything done to several at once, asks once. */
function needsConfirmation(rows: readonly ServiceRow[], action: ServiceAction): boolean {
  return action === 'stop' || (rows.length > 1 && action === 'restart');
}

export function useConfirmedAct() {
  const act = useAct();
  return (rows: readonly ServiceRow[], action: ServiceAction) => {
    if (rows.length === 0) return;
    const run = () => act.mutate({ services: rows.map((row) => row.id), action });
    if (!needsConfirmation(rows, action)) {
      run();
      return;
    }
    modals.openConfirmModal({
      title: `${words[action]} ${formatCount(rows.length, 'service')}`,
      children: <p>{rows.map((row) => row.title).join(', ')} will not answer until running again.</p>,
      labels: { confirm: words[action], cancel: 'Cancel' },
      confirmProps: { 'data-autofocus': true },
      groupProps: { gap: 8 },
      onConfirm: run,
    });
  };
}
