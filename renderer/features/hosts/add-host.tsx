import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { hostPath } from '../../lib/routes';
import { destinationFault } from '../../lib/ssh-words';
import { explainError } from '../../rpc/errors';
import { useAddHost, useAliases } from '../../rpc/ssh-hosts';
import { ActButton } from '../../ui/act-button';
import { FailureNotice } from '../../ui/notice';
import { type Alias, DestinationField } from './destination-field';
import classes from './hosts.module.css';

const noAliases: readonly Alias[] = [];

interface AddHostProps {
  opened: boolean;
  onClose: () => void;
}

export function AddHost({ opened, onClose }: AddHostProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add a host over SSH" size={560}>
      <Form onClose={onClose} />
    </Modal>
  );
}

/** One field for both: a destination as ssh takes it, or an alias picked from the configuration. */
function Form({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const add = useAddHost();
  const navigate = useNavigate();
  const aliases = useAliases(true);
  const fault = tried ? destinationFault(typed) : null;
  const submit = () => {
    setTried(true);
    if (destinationFault(typed) !== null || add.isPending) return;
    add.mutate(typed.trim(), { onSuccess: (host) => void navigate(hostPath(host.id)) });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap={12}>
        <DestinationField
          value={typed}
          onChange={setTyped}
          error={fault}
          aliases={aliases.data ?? noAliases}
        />
        {aliases.isError ? (
          <FailureNotice failure={explainError(aliases.error)} />
        ) : (
          <p className={classes.quiet}>{aliasWords(aliases.data?.length ?? null)}</p>
        )}
        {add.isError ? <FailureNotice failure={explainError(add.error)} /> : null}
        <p className={classes.quiet}>
          Nothing is connected yet: the machine is asked when its connection is checked or when it is shown.
        </p>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <ActButton type="submit" busy={add.isPending}>
            Add host
          </ActButton>
        </Group>
      </Stack>
    </form>
  );
}

function aliasWords(count: number | null): string {
  if (count === null) return 'Reading ~/.ssh/config.';
  if (count === 0) return '~/.ssh/config names no host.';
  return `${count === 1 ? '1 alias' : `${count} aliases`} in ~/.ssh/config: typing searches them, the arrow keys pick one.`;
}
