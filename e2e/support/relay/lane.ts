/** One connection's one direction: reads from a socket, lets the bytes travel over the wire, writes them to the other socket. */
import type { Socket } from 'node:net';
import { at, type Wire } from './wire';

/** What one connection may have on a throttled wire before it is no longer read: a router's queue. */
const QUEUE_BYTES = 64 * 1024;
/** What may travel on a long, fast wire: 40 ms at more than 6 Gbit/s. */
const TRAVELLING_BYTES = 32 * 1024 * 1024;

/** null stands for the end of the stream. */
type Parcel = { bytes: Buffer | null; arrived: boolean };

export interface Lane {
  /** From now on nothing is read, and what travels arrives nowhere until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export function createLane(from: Socket, to: Socket, wire: Wire, count: (bytes: Buffer) => void): Lane {
  const travelling: Parcel[] = [];
  let queuedBytes = 0;
  let travellingBytes = 0;
  let frozen = false;

  function paceReading(): void {
    const full = queuedBytes >= QUEUE_BYTES || travellingBytes >= TRAVELLING_BYTES;
    if (frozen || full || to.writableNeedDrain) from.pause();
    else from.resume();
  }
  function deliver(): void {
    while (!frozen && travelling[0]?.arrived) {
      const bytes = travelling.shift()?.bytes ?? null;
      if (bytes === null) to.end();
      else if (!to.destroyed) to.write(bytes);
      travellingBytes -= bytes?.length ?? 0;
    }
    paceReading();
  }
  function launch(bytes: Buffer | null): void {
    const size = bytes?.length ?? 0;
    const parcel: Parcel = { bytes, arrived: false };
    const { leavesAt, arrivesAt } = wire.send(size);
    travelling.push(parcel);
    queuedBytes += size;
    travellingBytes += size;
    at(leavesAt, () => {
      queuedBytes -= size;
      paceReading();
    });
    at(arrivesAt, () => {
      parcel.arrived = true;
      deliver();
    });
  }

  from.on('data', (bytes: Buffer) => {
    count(bytes);
    launch(bytes);
    paceReading();
  });
  from.on('end', () => launch(null));
  to.on('drain', paceReading);
  return {
    freeze() {
      frozen = true;
      paceReading();
    },
    thaw() {
      frozen = false;
      deliver();
    },
  };
}
