import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight';
import { useNavigate } from 'react-router';
import type { Host } from '../../../preload/contract';
import { addHostPath, checkHostPath, hostPath, preparePath } from '../../lib/routes';
import { useHostCalls } from '../../rpc/actions';
import { hostState } from '../../rpc/host-words';
import { useWorkspace } from '../../rpc/workspace';

/** Hosts by name, and what can be done with each of them. */
export function useHostGroup(): SpotlightActionGroupData {
  const { hosts } = useWorkspace();
  const { select, retry } = useHostCalls();
  const navigate = useNavigate();
  const go = (path: string) => () => void navigate(path);
  const show = (host: Host): SpotlightActionData => ({
    id: `host ${host.id}`,
    label: `Show host ${host.title}`,
    description: `${hostState(host).word} — ${host.endpoint}`,
    onClick: () => select.mutate(host.id),
  });
  const details = (host: Host): SpotlightActionData => ({
    id: `connection ${host.id}`,
    label: `Connection of ${host.title}`,
    description: hostState(host).word,
    onClick: go(hostPath(host.id)),
  });
  const again = (host: Host): SpotlightActionData => ({
    id: `retry ${host.id}`,
    label: `Try to connect to ${host.title} now`,
    onClick: () => retry.mutate(host.id),
  });
  const overSsh = ({ id, title }: Host): SpotlightActionData[] => [
    { id: `check ${id}`, label: `Check connection of ${title}`, onClick: go(checkHostPath(id)) },
    { id: `prepare ${id}`, label: `Prepare ${title}`, onClick: go(preparePath(id)) },
  ];
  return {
    group: 'Hosts',
    actions: [
      ...hosts.items.flatMap((host) => [
        ...(host.selected || host.connection.state === 'unsupported' ? [] : [show(host)]),
        details(host),
        ...(host.connection.state === 'unreachable' ? [again(host)] : []),
        ...(host.link === null ? [] : overSsh(host)),
      ]),
      { id: 'add host', label: 'Add host', keywords: ['ssh', 'vps'], onClick: go(addHostPath) },
    ],
  };
}
