/** Reads one service's log into a ring and tells its view, at most once a frame, that more came. */
import { useEffect, useRef, useState } from 'react';
import type { LogBatch, LogLine } from '../../preload/contract';
import { formatClock, formatDuration } from '../lib/format';
import { resume } from '../lib/log-resume';
import type { LogRing } from '../lib/log-ring';
import type { Client } from './client';
import { useRpc } from './context';
import { type Explained, explainError } from './errors';
import type { Target } from './live';
import { useWorkspace } from './workspace';

const TAIL_LINES = 2000;
const REOPEN_AFTER_MS = 1500;

export interface LogFeed {
  /** Changes whenever the ring did. */
  version: number;
  caughtUp: boolean;
  failure: Explained | null;
}

type OnAppend = (change: { added: number; cut: number }) => void;

interface Reading {
  client: Client;
  input: Target & { service: string };
  ring: LogRing;
  signal: AbortSignal;
  onAppend: OnAppend;
  onCaughtUp: () => void;
}

async function readOnce({ client, input, ring, signal, onAppend, onCaughtUp }: Reading) {
  // After a reopening the tail comes again: it is gathered until whole, then joined to what is held.
  let tail: LogBatch['lines'] | null = ring.size === 0 ? null : [];
  for await (const batch of await client.services.logs({ ...input, tail: TAIL_LINES }, { signal })) {
    const lines = batch.lines.map(inWords);
    if (tail === null) onAppend(ring.append(lines, batch.dropped));
    else {
      tail.push(...lines);
      onAppend(ring.append([], batch.dropped));
    }
    if (!batch.caughtUp) continue;
    if (tail !== null) joinTail(ring, tail, onAppend);
    tail = null;
    onCaughtUp();
  }
}

/** Appends what is new; where nothing proves that the two ends meet, a mark says so. */
export function joinTail(ring: LogRing, tail: LogBatch['lines'], onAppend: OnAppend): void {
  const held = ring.newest(TAIL_LINES);
  const { fresh, continuous } = resume(held, tail);
  const from = held.at(-1)?.at;
  // A log that stays away is asked for again and again; one mark is enough.
  if (!continuous && from !== undefined && !(ring.endsInGap && fresh.length === 0)) {
    const until = fresh[0]?.at ?? Date.now();
    onAppend(ring.markGap(until, gapWords(from, until)));
  }
  onAppend(ring.append(fresh, 0));
}

function gapWords(from: number, until: number): string {
  const span = `${formatClock(from)} and ${formatClock(until)} (${formatDuration(until - from)})`;
  return `Connection lost; lines between ${span} may be missing, how many is not known`;
}

/** A gap that main found, on the clock that every other line of the window is on. */
export function inWords(line: LogLine): LogLine {
  const { at, gap, gapSince } = line;
  if (gap === undefined || gapSince === undefined) return line;
  const span = `${formatClock(gapSince)} and ${formatClock(at)} (${formatDuration(at - gapSince)})`;
  const text = `Lines between ${span} are missing, how many is not known: the engine had rotated its log`;
  return { ...line, text };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function keepReading(reading: Reading, onFailure: (failure: Explained | null) => void) {
  while (!reading.signal.aborted) {
    try {
      await readOnce(reading);
    } catch (error) {
      if (!reading.signal.aborted) onFailure(explainError(error));
    }
    await wait(REOPEN_AFTER_MS);
  }
}

/** Gathers the changes of one frame, so that 50,000 lines a second draw 60 times and not 1,000. */
function perFrame(onAppend: OnAppend) {
  let pending = { added: 0, cut: 0 };
  let frame: number | null = null;
  return {
    add(change: { added: number; cut: number }) {
      pending = { added: pending.added + change.added, cut: pending.cut + change.cut };
      frame ??= requestAnimationFrame(() => {
        frame = null;
        const gathered = pending;
        pending = { added: 0, cut: 0 };
        onAppend(gathered);
      });
    },
    stop() {
      if (frame !== null) cancelAnimationFrame(frame);
    },
  };
}

export function useLogs(service: string, ring: LogRing, onAppend: OnAppend): LogFeed {
  const { client } = useRpc();
  const { target } = useWorkspace();
  const [feed, setFeed] = useState<LogFeed>({ version: 0, caughtUp: false, failure: null });
  const latest = useRef(onAppend);
  latest.current = onAppend;
  useEffect(() => {
    if (target === null) return;
    const reading = new AbortController();
    const frames = perFrame((change) => {
      latest.current(change);
      setFeed((current) => ({ ...current, version: current.version + 1, failure: null }));
    });
    void keepReading(
      {
        client,
        input: { ...target, service },
        ring,
        signal: reading.signal,
        onAppend: frames.add,
        onCaughtUp: () => setFeed((current) => (current.caughtUp ? current : { ...current, caughtUp: true })),
      },
      (failure) => setFeed((current) => ({ ...current, failure })),
    );
    return () => {
      reading.abort();
      frames.stop();
    };
  }, [client, target, service, ring]);
  return feed;
}
