/** Start, stop and restart as the reader asks for them: the same question wherever it is asked from. */
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import type { ServiceRow } from '../../preload/contract';
import { formatCount } from '../lib/format';
import { type ServiceAction, useAct } from './actions';
import { useAway } from './workspace';

const words: Record<ServiceAction, string> = { start: 'Start', stop: 'Stop', restart: 'Restart' };

type Subject = Pick<ServiceRow, 'id' | 'title'>;

/** Starting nags nobody; stopping, and anything done to several at once, asks once. */
function needsConfirmation(subjects: readonly Subject[], action: ServiceAction): boolean {
  return action === 'stop' || (subjects.length > 1 && action === 'restart');
}

function question(subjects: readonly Subject[], action: ServiceAction): string {
  const only = subjects.length === 1 ? subjects[0]?.title : undefined;
  return `${words[action]} ${only ?? formatCount(subjects.length, 'service')}`;
}

function consequence(subjects: readonly Subject[], action: ServiceAction): string {
  const names = subjects.map((subject) => subject.title).join(', ');
  if (action === 'restart') return `${names}: each is away until it has started again.`;
  return `${names} will not answer until started again. Nothing is deleted.`;
}

/** Keys and the palette have no button that could say it. */
export function sayBlocked(what: string, why: string) {
  notifications.show({ id: 'blocked', color: 'gray', title: `${what}: not now`, message: why });
}

/** Answers the one way to act on services; it asks first where the act takes something away. */
export function useConfirmedAct() {
  const act = useAct();
  const away = useAway();
  return (subjects: readonly Subject[], action: ServiceAction) => {
    if (subjects.length === 0) return;
    if (away !== null) {
      sayBlocked(question(subjects, action), away);
      return;
    }
    const run = () => act.mutate({ services: subjects.map((subject) => subject.id), action });
    if (!needsConfirmation(subjects, action)) {
      run();
      return;
    }
    modals.openConfirmModal({
      title: question(subjects, action),
      children: <p>{consequence(subjects, action)}</p>,
      labels: { confirm: words[action], cancel: 'Cancel' },
      confirmProps: { 'data-autofocus': true },
      groupProps: { gap: 8 },
      onConfirm: run,
    });
  };
}
