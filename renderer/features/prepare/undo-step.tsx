import { Button, Group, Modal, Stack } from '@mantine/core';
import type { PrepareStep } from '../../../preload/contract';
import classes from './prepare.module.css';

interface UndoStepProps {
  step: PrepareStep;
  opened: boolean;
  onClose: () => void;
  onUndo: () => void;
}

/** Shows what taking a step back runs before it does. */
export function UndoStep({ step, opened, onClose, onUndo }: UndoStepProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Undo: ${step.title}`} size={560}>
      <Stack gap={12}>
        <p>These commands run as root on the machine:</p>
        <div className={classes.commands}>
          <pre>{step.undo.join('\n')}</pre>
        </div>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            onClick={() => {
              onClose();
              onUndo();
            }}
          >
            Undo this step
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
