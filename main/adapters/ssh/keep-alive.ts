/**
 * Notices a silent link. ssh2's own keep-alive tells no round trip and counts no data as a sign of life, so the
 * question asked here is one of its public requests that every server answers at once, with no: to take
 * back a forward that was never made.
 */
import type { OpenLink } from './open-link';

const INTERVAL_CEILING_MS = 4_000;
/** With the interval it stays under the 15 s in which a silent loss has to show. */
const PATIENCE_MS = 9_000;
/** How often is looked whether anything came while an answer is waited for. */
const LISTEN_MS = 1_000;

export interface KeepAlive {
  readonly roundTripMs: number | null;
  stop(): void;
}

export interface KeepAliveOptions {
  intervalMs: number;
  onSilence: (afterMs: number) => void;
}

export function startKeepAlive(link: OpenLink, options: KeepAliveOptions): KeepAlive {
  const intervalMs = Math.min(options.intervalMs > 0 ? options.intervalMs : Infinity, INTERVAL_CEILING_MS);
  let roundTripMs: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function again(): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(ask, intervalMs);
  }

  function ask(): void {
    const askedAt = performance.now();
    let heard = link.passage.wireBytes().received;
    let heardAt = askedAt;
    let answered = false;
    timer = setTimeout(() => setImmediate(judge), LISTEN_MS);
    try {
      link.client.unforwardIn('', 0, onAnswer);
    } catch {
      // ssh2 throws on a connection that has just ended; its loss is on the way.
      again();
    }

    function onAnswer(): void {
      answered = true;
      clearTimeout(timer);
      roundTripMs = performance.now() - askedAt;
      link.changes.notify();
      again();
    }

    /** After a turn of the event loop: what had arrived while this program was busy counts. */
    function judge(): void {
      if (stopped || answered) return;
      const { received } = link.passage.wireBytes();
      // What came since the question proves the link until then, not from then on.
      if (received !== heard) heardAt = performance.now();
      heard = received;
      if (performance.now() - heardAt >= PATIENCE_MS) options.onSilence(PATIENCE_MS);
      else timer = setTimeout(() => setImmediate(judge), LISTEN_MS);
    }
  }

  ask();
  return {
    get roundTripMs() {
      return roundTripMs;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
