import { Button, Group, Modal, Stack } from '@mantine/core';
import { useNavigate } from 'react-router';
import type { Host } from '../../../preload/contract';
import { hostsPath } from '../../lib/routes';
import { useHostCalls } from '../../rpc/actions';
import { ActButton } from '../../ui/act-button';
import classes from './hosts.module.css';

interface ForgetHostProps {
  host: Host;
  opened: boolean;
  onClose: () => void;
}

/** Names what goes and what stays; nothing on the machine is touched. */
export function ForgetHost({ host, opened, onClose }: ForgetHostProps) {
  const { forget } = useHostCalls();
  const navigate = useNavigate();
  const leave = () => {
    onClose();
    void navigate(hostsPath);
  };
  return (
    <Modal opened={opened} onClose={onClose} title={`Forget ${host.title}`} size={520}>
      <Stack gap={12}>
        <div>
          <p>What goes:</p>
          <ul className={classes.bullets}>
            <li>the entry {host.endpoint} in this list, and its connection</li>
            <li>passwords and passphrases remembered for it, in memory and in the system’s keychain</li>
          </ul>
        </div>
        <p>
          What stays: the machine with everything on it, its key in known_hosts, ~/.ssh/config, and this
          console’s record of what was applied there.
        </p>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <ActButton
            color="red"
            busy={forget.isPending}
            onClick={() => forget.mutate(host.id, { onSuccess: leave })}
          >
            Forget this host
          </ActButton>
        </Group>
      </Stack>
    </Modal>
  );
}
