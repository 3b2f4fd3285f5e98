import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from 'react-router';
import type { Host } from '../../../preload/contract';
import { preparePath } from '../../lib/routes';
import { useHostCalls } from '../../rpc/actions';
import { attemptLabel } from '../../rpc/host-failure';
import { engineMissing } from '../../rpc/host-words';
import type { useProbe } from '../../rpc/ssh-hosts';
import { ActButton } from '../../ui/act-button';
import { ForgetHost } from './forget-host';
import classes from './hosts.module.css';

interface HostActionsProps {
  host: Host;
  probe: ReturnType<typeof useProbe>;
}

/** One accent: showing the host, or preparing it where only that leads on. */
export function HostActions({ host, probe }: HostActionsProps) {
  const { select, retry } = useHostCalls();
  const navigate = useNavigate();
  const [forgetting, forget] = useDisclosure(false);
  const { state } = host.connection;
  const overSsh = host.link !== null;
  const bare = engineMissing(host);
  return (
    <div className={classes.actions}>
      {host.source === 'added' ? (
        <Button variant="subtle" color="gray" onClick={forget.open}>
          Forget
        </Button>
      ) : null}
      {overSsh ? (
        <Button variant={bare ? 'filled' : 'default'} onClick={() => navigate(preparePath(host.id))}>
          Prepare…
        </Button>
      ) : null}
      {overSsh ? <CheckButton probe={probe} /> : null}
      {state === 'unreachable' ? (
        <ActButton variant="default" onClick={() => retry.mutate(host.id)} busy={retry.isPending}>
          {attemptLabel(host)}
        </ActButton>
      ) : null}
      <Button
        variant={host.selected || bare ? 'default' : 'filled'}
        disabled={host.selected || state === 'unsupported'}
        onClick={() => select.mutate(host.id)}
      >
        {host.selected ? 'Shown on every screen' : 'Show this host'}
      </Button>
      <ForgetHost host={host} opened={forgetting} onClose={forget.close} />
    </div>
  );
}

function CheckButton({ probe }: Pick<HostActionsProps, 'probe'>) {
  return (
    <Button
      variant="default"
      className={classes.check}
      onClick={() => (probe.running ? probe.cancel() : void probe.start())}
    >
      {probe.running ? 'Cancel check' : 'Check connection'}
    </Button>
  );
}
