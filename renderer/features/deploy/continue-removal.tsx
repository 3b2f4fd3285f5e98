import type { Stack } from '../../../preload/contract';
import { useContinueRemoval } from '../../rpc/actions';
import { TypedConfirmation } from '../../ui/typed-confirmation';
import { RemovalPreview } from './removal-preview';

interface ContinueRemovalProps {
  stack: Stack;
  unfinished: NonNullable<Stack['unfinished']>;
  opened: boolean;
  onClose: () => void;
}

/** Names what is left to go. Whether volumes do was chosen when the removal began, and is not asked again. */
export function ContinueRemoval({ stack, unfinished, opened, onClose }: ContinueRemovalProps) {
  const { journalId, volumes = false } = unfinished;
  const remove = useContinueRemoval();
  return (
    <TypedConfirmation
      opened={opened}
      title={`Continue removing ${stack.title}`}
      expected={stack.project}
      action={volumes ? 'Remove the rest with its data' : 'Remove the rest'}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={(confirm) => remove.mutate({ journalId, confirm }, { onSuccess: onClose })}
    >
      <RemovalPreview enabled={opened} volumes={volumes} />
    </TypedConfirmation>
  );
}
