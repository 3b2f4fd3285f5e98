import { Autocomplete, Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { hostPath } from '../../lib/routes';
import { destinationFault } from '../../lib/ssh-words';
import { explainError } from '../../rpc/errors';
import { useAddHost, useAliases } from '../../rpc/ssh-hosts';
import { FailureNotice } from '../../ui/notice';
import classes from './hosts.module.css';

const MOST_LISTED = 50;

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
  const descriptions = new Map(aliases.data?.map(({ alias, description }) => [alias, description]));
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
        <Autocomplete
          label="Destination"
          description="user@host, user@host:port, ssh://… or an alias of ~/.ssh/config"
          placeholder="root@203.0.113.10"
          data={[...descriptions.keys()]}
          limit={MOST_LISTED}
          maxDropdownHeight={220}
          value={typed}
          onChange={setTyped}
          error={fault}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          renderOption={({ option }) => (
            <span className={classes.alias}>
              <span>{option.value}</span>
              <span className={classes.quiet}>{descriptions.get(option.value)}</span>
            </span>
          )}
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
          <Button type="submit" loading={add.isPending}>
            Add host
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function aliasWords(count: number | null): string {
  if (count === null) return 'Reading ~/.ssh/config.';
  if (count === 0) return '~/.ssh/config names no host.';
  return `${count === 1 ? '1 alias' : `${count} aliases`} of ~/.ssh/config: type to search them, arrow down to pick one.`;
}
