import { useDisclosure } from '@mantine/hooks';
import type { ApplyLock } from '../../../preload/contract';
import { useBreakLock } from '../../rpc/actions';
import { changeNouns } from '../../rpc/outcomes';
import { useLock } from '../../rpc/queries';
import { useAway, useWorkspace } from '../../rpc/workspace';
import { ActButton } from '../../ui/act-button';
import { Age } from '../../ui/age';
import { Notice } from '../../ui/notice';
import { TypedConfirmation } from '../../ui/typed-confirmation';

/** Another console is applying, or was when it went away. */
export function LockNotice({ running }: { running: boolean }) {
  const { stack } = useWorkspace();
  const lock = useLock().data ?? null;
  const breakLock = useBreakLock();
  const away = useAway();
  const [asking, ask] = useDisclosure(false);
  if (lock === null || running || stack === null) return null;
  return (
    <Notice
      tone="warn"
      title={`${lock.owner} holds the lock on ${stack.project}`}
      actions={
        <ActButton variant="default" blocked={away} onClick={ask.open}>
          Break lock
        </ActButton>
      }
    >
      Taken for {aChange(lock)} <Age at={lock.since} />, last sign of life <Age at={lock.lastBeatAt} />.{' '}
      {stateOf(lock)}
      <TypedConfirmation
        opened={asking}
        title="Break the lock"
        expected={stack.project}
        action="Break lock"
        busy={breakLock.isPending}
        onClose={ask.close}
        onConfirm={(confirm) => breakLock.mutate(confirm, { onSuccess: ask.close })}
      >
        <p>
          The lock keeps two consoles from changing the stack at once. If {lock.owner} is still working,
          breaking it lets both change the same containers.
        </p>
      </TypedConfirmation>
    </Notice>
  );
}

function aChange({ change }: ApplyLock): string {
  if (change === undefined) return 'a change';
  const noun = change === 'undo' ? 'undo' : changeNouns[change];
  return `${/^[au]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function stateOf({ stale, ended }: ApplyLock): string {
  if (ended) return 'That console has ended: break its lock to change the stack in another way.';
  return stale ? 'That console is probably gone.' : 'That console is still at work.';
}
