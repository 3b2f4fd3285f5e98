/**
 * One live list of main, shared by every reader in the window: opened with the first reader, closed
 * a little after the last one or while the window is hidden, its last state kept and dated.
 */
import type { LiveUpdate } from '../../preload/contract';
import { emptyList, type ListState, reduceList } from '../lib/live-list';
import { type Explained, explainError } from './errors';

export interface LiveView<Item> {
  items: readonly Item[];
  /** `waiting` before the first snapshot; `lost` while the stream is down and being reopened. */
  status: 'waiting' | 'live' | 'lost';
  /** When the last update came; null when none did. */
  receivedAt: number | null;
  failure: Explained | null;
}

export type OpenList<Item> = (signal: AbortSignal) => Promise<AsyncIterable<LiveUpdate<Item>>>;

/** Long enough to survive a change of screen without listing anew. */
const LINGER_MS = 2000;
const REOPEN_FLOOR_MS = 250;
const REOPEN_CEILING_MS = 5000;

export const waitingView: LiveView<never> = { items: [], status: 'waiting', receivedAt: null, failure: null };

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

export class LiveSource<Item extends { id: string }> {
  #view: LiveView<Item> = waitingView;
  #readers = new Set<() => void>();
  #reading: AbortController | null = null;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly open: OpenList<Item>) {}

  readonly view = (): LiveView<Item> => this.#view;

  readonly subscribe = (reader: () => void): (() => void) => {
    if (this.#readers.size === 0) document.addEventListener('visibilitychange', this.#turn);
    this.#readers.add(reader);
    clearTimeout(this.#linger);
    this.#turn();
    return () => this.#leave(reader);
  };

  #leave(reader: () => void) {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    document.removeEventListener('visibilitychange', this.#turn);
    this.#linger = setTimeout(this.#turn, LINGER_MS);
  }

  readonly #turn = () => {
    const wanted = this.#readers.size > 0 && !document.hidden;
    if (wanted && this.#reading === null) {
      this.#reading = new AbortController();
      void this.#keepReading(this.#reading.signal);
    } else if (!wanted) {
      this.#reading?.abort();
      this.#reading = null;
    }
  };

  async #keepReading(signal: AbortSignal) {
    let waitMs = REOPEN_FLOOR_MS;
    while (!signal.aborted) {
      const failure = await this.#readOnce(signal);
      if (signal.aborted) return;
      if (failure === null) waitMs = REOPEN_FLOOR_MS;
      this.#show({ ...this.#view, status: 'lost', failure });
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, REOPEN_CEILING_MS);
    }
  }

  /** Answers null after a gap or a clean end, else what broke. */
  async #readOnce(signal: AbortSignal): Promise<Explained | null> {
    try {
      let state: ListState<Item> = emptyList;
      for await (const update of await this.open(signal)) {
        if (signal.aborted) return null;
        const next = reduceList(state, update);
        if (next === 'gap') return null;
        state = next;
        this.#show({ items: state.items, status: 'live', receivedAt: Date.now(), failure: null });
      }
      return null;
    } catch (error) {
      return explainError(error);
    }
  }

  #show(view: LiveView<Item>) {
    this.#view = view;
    for (const reader of this.#readers) reader();
  }
}
