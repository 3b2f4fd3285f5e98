import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ActButton } from './act-button';

interface TypedConfirmationProps {
  opened: boolean;
  title: string;
  /** What goes, and how much of it. */
  children: ReactNode;
  /** The exact text that unlocks the button. */
  expected: string;
  action: string;
  busy?: boolean;
  onConfirm: (typed: string) => void;
  onClose: () => void;
}

/** For what cannot be taken back: the name is typed before the button works. */
export function TypedConfirmation(props: TypedConfirmationProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size={520}>
      <Body {...props} />
    </Modal>
  );
}

function Body({ children, expected, action, busy = false, onConfirm, onClose }: TypedConfirmationProps) {
  const [typed, setTyped] = useState('');
  const matches = typed === expected;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (matches && !busy) onConfirm(typed);
      }}
    >
      <Stack gap={12}>
        {children}
        <TextInput
          label={`Type ${expected} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <ActButton
            type="submit"
            color="red"
            busy={busy}
            blocked={matches ? null : `${expected} has to be typed first`}
          >
            {action}
          </ActButton>
        </Group>
      </Stack>
    </form>
  );
}
