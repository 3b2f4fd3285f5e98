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
    let last: HopReport[] | null = null;
    let failure: unknown;
    const probing = session.probe(onHop, inner).then(
      (reports) => {
        last = reports;
        news.notify();
      },
      (error: unknown) => {
        failure = error;
        news.notify();
      },
    );
    for (let seen = 0; last === null && failure === undefined; ) {
      await news.changed(seen, inner);
      seen = news.version;
      if (last === null && hops.size > 0) yield { hops: [...hops.values()] };
    }
    await probing;
    if (failure !== undefined) throw failure;
    yield { hops: last ?? [] };
  });
}
