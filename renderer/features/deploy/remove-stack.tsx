import { useState } from 'react';
import { useRemoveStack } from '../../rpc/actions';
import { useWorkspace } from '../../rpc/workspace';
import { TypedConfirmation } from '../../ui/typed-confirmation';
import { RemovalPreview } from './removal-preview';

/** Names what goes and how large it is; volumes need their own tick. */
export function RemoveStack({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { stack } = useWorkspace();
  const remove = useRemoveStack();
  const [volumes, setVolumes] = useState(false);
  const close = () => {
    setVolumes(false);
    onClose();
  };
  if (stack === null) return null;
  return (
    <TypedConfirmation
      opened={opened}
      title={`Remove ${stack.title}`}
      expected={stack.project}
      action={volumes ? 'Remove with its data' : 'Remove'}
      busy={remove.isPending}
      onClose={close}
      onConfirm={(confirm) => remove.mutate({ volumes, confirm }, { onSuccess: close })}
    >
      <RemovalPreview enabled={opened} volumes={volumes} onVolumes={setVolumes} />
    </TypedConfirmation>
  );
}
