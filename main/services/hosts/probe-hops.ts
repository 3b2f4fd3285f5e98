import type { HopReport } from '../../../preload/contract';
import { cancellable } from '../../streams/abortable';
import { createNotifier } from '../../streams/notifier';
import type { SshSession } from './ssh/face';

/** The whole list after every change of a hop; the last one when all have ended. */
export function probeHops(
  session: Pick<SshSession, 'probe'>,
  signal: AbortSignal,
): AsyncIterable<{ hops: HopReport[] }> {
  return cancellable(signal, async function* (inner) {
    const news = createNotifier();
    const hops = new Map<string, HopReport>();
    const onHop = (hop: HopReport) => {
      hops.set(`${hop.machine} ${hop.hop}`, hop);
      news.notify();
    };
    let ended = false;
    const probing = session.probe(onHop, inner).finally(() => {
      ended = true;
      news.notify();
    });
    // Awaited below; until then its failure must not count as unheard.
    probing.catch(() => undefined);
    for (let seen = 0; !ended; ) {
      await news.changed(seen, inner);
      seen = news.version;
      if (!ended) yield { hops: [...hops.values()] };
    }
    yield { hops: await probing };
  });
}
