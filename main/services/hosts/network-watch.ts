/** Notices that this machine has moved to another network: an SSH connection bound to an address that is gone is dead without knowing. */
import type { networkInterfaces } from 'node:os';
import { sleep } from '../../streams/abortable';
import type { Notifier } from '../../streams/notifier';

const LOOK_INTERVAL_MS = 2_000;
/** Bridges and cables of containers and virtual machines come and go with them. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|cali|tap|lxc|vEthernet)/;

type Interfaces = ReturnType<typeof networkInterfaces>;

/** Addresses by which this machine reaches others. */
export function ownAddresses(interfaces: Interfaces): Set<string> {
  const real = Object.entries(interfaces).filter(([name]) => !VIRTUAL.test(name));
  const all = real.flatMap(([, addresses]) => addresses ?? []);
  return new Set(all.filter(({ internal }) => !internal).map(({ address }) => address));
}

export interface NetworkWatch {
  read: () => Interfaces;
  /** False while nothing that is connected goes through the network: then it is not looked at. */
  concerned: () => boolean;
  /** Moves when `concerned` may answer otherwise: until then nobody is woken to ask again. */
  concerns: Notifier;
  /** These addresses are gone: what was connected through one of them is lost. */
  onLost: (gone: ReadonlySet<string>) => void;
  /** There is a new address: what could not be reached may be now. */
  onGained: () => void;
}

/** Looks every two seconds while concerned, until the signal aborts; the operating systems have no common event for it. */
export async function watchNetwork(
  { read, concerned, concerns, onLost, onGained }: NetworkWatch,
  signal: AbortSignal,
  intervalMs = LOOK_INTERVAL_MS,
): Promise<void> {
  const look = () => (concerned() ? ownAddresses(read()) : null);
  let seen = concerns.version;
  let before = look();
  while (!signal.aborted) {
    const due = before === null ? concerns.changed(seen, signal) : sleep(intervalMs, signal);
    await due.catch(() => undefined);
    if (signal.aborted) return;
    seen = concerns.version;
    const now = look();
    if (before !== null && now !== null) compare(before, now, { onLost, onGained });
    before = now;
  }
}

function compare(
  before: Set<string>,
  now: Set<string>,
  { onLost, onGained }: Pick<NetworkWatch, 'onLost' | 'onGained'>,
): void {
  const gone = new Set([...before].filter((address) => !now.has(address)));
  if (gone.size > 0) onLost(gone);
  else if (now.size > before.size) onGained();
}
