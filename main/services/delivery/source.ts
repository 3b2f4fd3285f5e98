/** The engine of this machine that images come from: the first local one that answers. */
import type { Host } from '../../../preload/contract';
import { raceSignal, withTimeout } from '../../streams/abortable';
import type { HostsService } from '../hosts/face';
import type { HostSession } from '../hosts/host-session';

const GREETING_LIMIT_MS = 3_000;

export interface Source {
  session: HostSession;
  title: string;
}

/** In the order the hosts room lists them: DOCKER_HOST, the current context, the default socket. Null when none answers. */
export async function findSource(
  hosts: Pick<HostsService, 'list' | 'session'>,
  signal?: AbortSignal,
): Promise<Source | null> {
  for (const { id, title } of (await hosts.list()).filter(isLocal)) {
    using limit = withTimeout(GREETING_LIMIT_MS, signal);
    const session = await raceSignal(hosts.session(id, limit.signal), limit.signal).catch(() => null);
    signal?.throwIfAborted();
    if (session !== null) return { session, title };
  }
  return null;
}

function isLocal({ endpoint }: Host): boolean {
  return /^(unix|npipe):/.test(endpoint);
}
