import type { HostSession } from '../../hosts/host-session';
import { lossWords } from './endure';
import { type EventHub, watchEngine } from './engine-events';
import { isEngineLost } from './explain';

interface Lasting {
  session: HostSession;
  now: () => number;
  signal: AbortSignal;
  /** Told to the one who watches. */
  tell: (phase: string) => void;
}

/** What the work gets: its signal also aborts when the engine or the link to it is lost. */
export interface WhileItLasts {
  events: EventHub;
  signal: AbortSignal;
}

/** Ends the work as soon as the engine ends its event stream, and rejects with the reason: quicker than any answer the work waits for. */
export async function whileEngineLasts<T>(
  { session, now, signal, tell }: Lasting,
  work: (live: WhileItLasts) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const events = watchEngine(session.engine, (error) => {
    // Ending the steps under way takes a while when nothing answers; what happened is told before.
    if (isEngineLost(error)) tell(lossWords(session, error, now()));
    lost.abort(error);
  });
  const isLost = () => lost.signal.aborted && !signal.aborted;
  try {
    const result = await work({ events, signal: AbortSignal.any([signal, lost.signal]) });
    if (isLost()) throw lost.signal.reason;
    return result;
  } catch (error) {
    throw isLost() ? lost.signal.reason : error;
  } finally {
    events.close();
  }
}
