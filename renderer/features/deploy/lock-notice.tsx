import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useBreakLock } from '../../rpc/actions';
import { useLock } from '../../rpc/queries';
import { useWorkspace } from '../../rpc/workspace';
import { Age } from '../../ui/age';
import { Notice } from '../../ui/notice';
import { TypedConfirmation } from '../../ui/typed-confirmation';

/** Another console is applying, or was when it went away. */
export function LockNotice({ running }: { running: boolean }) {
  const { stack } = useWorkspace();
  const lock = useLock().data ?? null;
  const breakLock = useBreakLock();
  const [asking, ask] = useDisclosure(false);
  if (lock === null || running || stack === null) return null;
  return (
    <Notice
      tone="warn"
      title={`${lock.owner} holds the lock on ${stack.project}`}
      actions={
        <Button variant="default" onClick={ask.open}>
          Break lock
        </Button>
      }
    >
      Taken <Age at={lock.since} />, last sign of life <Age at={lock.lastBeatAt} />.{' '}
      {lock.stale ? 'That console is probably gone.' : 'That console is still at work.'}
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
          The lock keeps two consoles from applying at once. If {lock.owner} is still working, breaking it
          lets both change the same containers.
        </p>
      </TypedConfirmation>
    </Notice>
  );
}
