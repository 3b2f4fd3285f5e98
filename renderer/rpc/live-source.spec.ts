import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveUpdate } from '../../preload/contract';
import { LiveSource } from './live-source';

interface Item {
  id: string;
  value: number;
}

/** A sender the test feeds by hand; it ends when the reader leaves. */
function sender() {
  const queue: LiveUpdate<Item>[] = [];
  const signals: AbortSignal[] = [];
  let wake = () => {};
  const open = async (signal: AbortSignal): Promise<AsyncIterable<LiveUpdate<Item>>> => {
    signals.push(signal);
    signal.addEventListener('abort', () => wake());
    return (async function* () {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    })();
  };
  const send = (update: LiveUpdate<Item>) => {
    queue.push(update);
    wake();
  };
  return { open, send, signals };
}

const snapshot = (revision: number, value: number): LiveUpdate<Item> => ({
  type: 'snapshot',
  revision,
  items: [{ id: 'a', value }],
});

function hide(hidden: boolean) {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

const left: (() => void)[] = [];
afterEach(() => {
  for (const leave of left.splice(0)) leave();
  vi.restoreAllMocks();
});

function read(source: LiveSource<Item>) {
  left.push(source.subscribe(() => undefined));
}

describe('a live source', () => {
  it('shows the snapshot, then the deltas', async () => {
    const { open, send } = sender();
    const source = new LiveSource(open);
    expect(source.view().status).toBe('waiting');
    read(source);
    send(snapshot(1, 5));
    send({ type: 'delta', revision: 2, upsert: [{ id: 'a', value: 6 }], remove: [] });
    await vi.waitFor(() => expect(source.view().items).toEqual([{ id: 'a', value: 6 }]));
    expect(source.view().status).toBe('live');
    expect(source.view().receivedAt).not.toBeNull();
  });

  it('asks for a new snapshot after a gap and keeps what it showed meanwhile', async () => {
    const { open, send, signals } = sender();
    const source = new LiveSource(open);
    read(source);
    send(snapshot(1, 5));
    send({ type: 'delta', revision: 9, upsert: [], remove: ['a'] });
    await vi.waitFor(() => expect(source.view().status).toBe('lost'));
    expect(source.view().items).toEqual([{ id: 'a', value: 5 }]);
    await vi.waitFor(() => expect(signals).toHaveLength(2));
    send(snapshot(20, 8));
    await vi.waitFor(() => expect(source.view().items).toEqual([{ id: 'a', value: 8 }]));
  });

  it('reports why it broke and opens again', async () => {
    const { open, send } = sender();
    let calls = 0;
    const source = new LiveSource<Item>(async (signal) => {
      calls += 1;
      if (calls === 1) throw new Error('port closed');
      return open(signal);
    });
    read(source);
    await vi.waitFor(() => expect(source.view().failure?.detail).toBe('port closed'));
    send(snapshot(1, 1));
    await vi.waitFor(() => expect(source.view()).toMatchObject({ status: 'live', failure: null }));
  });

  it('unsubscribes while the window is hidden and returns when it is shown', async () => {
    const { open, send, signals } = sender();
    const source = new LiveSource(open);
    read(source);
    send(snapshot(1, 5));
    await vi.waitFor(() => expect(source.view().status).toBe('live'));
    hide(true);
    expect(signals[0]?.aborted).toBe(true);
    expect(source.view().items).toHaveLength(1);
    hide(false);
    await vi.waitFor(() => expect(signals).toHaveLength(2));
    expect(signals[1]?.aborted).toBe(false);
  });

  it('shares one subscription among its readers', async () => {
    const { open, send, signals } = sender();
    const source = new LiveSource(open);
    read(source);
    read(source);
    send(snapshot(1, 5));
    await vi.waitFor(() => expect(source.view().status).toBe('live'));
    expect(signals).toHaveLength(1);
  });
});
