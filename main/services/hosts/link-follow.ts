/** What the hosts room hears of an SSH connection: its report for the list, and its loss at once. */
import type { LinkReport } from '../../../preload/contract';
import { sleep } from '../../streams/abortable';
import { createNotifier, type Notifier } from '../../streams/notifier';
import { isSshEndpoint } from './host-endpoint';
import type { SshSession } from './ssh/face';

/** Channels come and go many times a second. */
const COALESCE_MS = 250;

const NO_CHANNELS = { engine: 0, engineIdle: 0, programs: 0, forwards: 0, bulk: 0 };
const NEVER_OPENED: LinkReport = {
  state: 'closed',
  since: 0,
  hops: [],
  transport: null,
  handshakes: 0,
  channels: NO_CHANNELS,
  roundTripMs: null,
  sentBytes: 0,
  receivedBytes: 0,
};

/** What the list says of a host nobody connected to yet. */
export function closedLink(endpoint: string): LinkReport | null {
  return isSshEndpoint(endpoint) ? NEVER_OPENED : null;
}

export interface LinkFollower {
  /** The same object until something changed. */
  report(): LinkReport;
  readonly changes: Notifier;
}

export function followLink({ link }: SshSession, signal: AbortSignal): LinkFollower {
  const changes = createNotifier();
  let seen = link.changes.version;
  let latest = link.report();
  const follow = async () => {
    for (let told = seen; ; ) {
      await link.changes.changed(told, signal);
      await sleep(COALESCE_MS, signal);
      told = link.changes.version;
      changes.notify();
    }
  };
  follow().catch(() => undefined);
  return {
    changes,
    report() {
      if (seen !== link.changes.version) latest = link.report();
      seen = link.changes.version;
      return latest;
    },
  };
}

/** Resolves when the connection is no longer the open one it was; rejects when the signal aborts. */
export async function untilLinkLost({ link }: SshSession, signal: AbortSignal): Promise<void> {
  for (;;) {
    const seen = link.changes.version;
    if (link.report().state !== 'open') return;
    await link.changes.changed(seen, signal);
  }
}

/** Whether one of this machine's addresses is the connection's; true as well where that is not known. */
export function mayGoThrough(session: SshSession | null, addresses: ReadonlySet<string>): boolean {
  const address = session?.link.localAddress?.() ?? null;
  return address === null || addresses.has(address);
}
