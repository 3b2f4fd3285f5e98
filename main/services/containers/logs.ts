import type { LogBatch, LogLine } from '../../../preload/contract';
import { cancellable, sleep } from '../../streams/abortable';
import { createBackoff } from '../../streams/backoff';
import { batch } from '../../streams/batch';
import { hasCode } from '../errors';
import type { RawLogLine } from '../hosts/engine';
import type { HostSession } from '../hosts/host-session';
import { findContainer, requireContainer } from './find';
import { createResumePoint, type ResumePoint } from './resume';
import { sanitiseLine } from './sanitise';

const BATCH_MS = 50;
const BATCH_LINES = 200;
const RING_LINES = 20_000;
/** How often a stopped service is looked at for a new run. */
const WATCH_STOPPED_MS = 500;
const RETRY_BASE_MS = 250;
/** A log goes on within moments of the link. */
const RETRY_CEILING_MS = 2000;

export interface LogSource {
  /** Connects anew when the last session was lost. */
  session(signal?: AbortSignal): Promise<HostSession>;
  project: string;
  service: string;
}

const CAUGHT_UP = 'caught up';
type Item = LogLine | typeof CAUGHT_UP;

/** Batches of a service's log, across restarts, recreation and a lost connection, until the signal aborts. */
export function followLogs(
  source: LogSource,
  tail: number,
  signal: AbortSignal,
): AsyncGenerator<LogBatch, void> {
  return cancellable(signal, async function* (inner) {
    const state = { hasCaughtUp: false };
    const lines = cancellable(inner, (reading) => follow(source, tail, state, reading));
    const options = { maxMs: BATCH_MS, maxItems: BATCH_LINES, ringSize: RING_LINES };
    let caughtUp = false;
    for await (const { items, dropped } of batch<Item>(lines, options, inner)) {
      // The mark itself may be among what the ring dropped.
      caughtUp ||= items.includes(CAUGHT_UP) || (dropped > 0 && state.hasCaughtUp);
      yield { lines: items.filter((item) => item !== CAUGHT_UP), dropped, caughtUp };
    }
  });
}

async function* follow(
  source: LogSource,
  tail: number,
  state: { hasCaughtUp: boolean },
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const point = createResumePoint();
  const read = { containerId: '' };
  yield* history({ ...source, read }, tail, point, signal);
  state.hasCaughtUp = true;
  yield CAUGHT_UP;
  const backoff = createBackoff({ baseMs: RETRY_BASE_MS, ceilingMs: RETRY_CEILING_MS });
  for (let lastRun = ''; ; ) {
    try {
      const run = await nextRun(source, lastRun, signal);
      yield* followRun({ ...run, read }, point, signal);
      lastRun = run.key;
      backoff.reset();
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      await sleep(backoff.nextMs(), signal);
    }
  }
}

const PASSING = [
  // The engine, or the link to it, is away; or the container went away between two calls.
  ...(['ENGINE_UNAVAILABLE', 'HOST_UNREACHABLE', 'NOT_FOUND', 'TIMEOUT', 'CONFLICT'] as const),
  // Whoever reads may have to sign in again: what is shown stays, and goes on afterwards.
  ...(['AUTH_REQUIRED', 'HOST_KEY_UNKNOWN', 'HOST_KEY_CHANGED', 'CANCELLED'] as const),
];

function isPassing(error: unknown): boolean {
  return PASSING.some((code) => hasCode(error, code));
}

/** Everything that is there already, so that the reader can be told when it has all of it. */
async function* history(
  source: LogSource & { read: Read },
  tail: number,
  point: ResumePoint,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void> {
  const { engine } = await source.session(signal);
  const container = await findContainer(engine, source.project, source.service, signal);
  if (container === null) return;
  // Also with a tail of 0 the newest line is read: from there on, lines are new.
  const options = { follow: false, tail: Math.max(tail, 1) };
  let count = 0;
  try {
    for await (const line of engine.logs(container.id, options, signal)) {
      if (count === 0) point.ignoreBefore(line.stamp);
      count += 1;
      source.read.containerId = container.id;
      point.remember(line);
      if (tail > 0) yield shown(line);
    }
  } catch (error) {
    // Cut in the middle: following goes on from the last line that came.
    if (count === 0 || signal.aborted || !isPassing(error)) throw error;
  }
}

interface Run {
  session: HostSession;
  containerId: string;
  /** Changes whenever the container is started or made anew. */
  key: string;
}

async function nextRun(source: LogSource, lastRun: string, signal: AbortSignal): Promise<Run> {
  for (;;) {
    const session = await source.session(signal);
    const found = await findContainer(session.engine, source.project, source.service, signal);
    if (found !== null) {
      const detail = await session.engine.inspectContainer(found.id, signal);
      const key = `${found.id} ${detail.startedAt ?? 0}`;
      if (detail.running || key !== lastRun) return { session, containerId: found.id, key };
    }
    await sleep(WATCH_STOPPED_MS, signal);
  }
}

/** Whose lines were read last. */
interface Read {
  containerId: string;
}

async function* followRun(
  run: Run & { read: Read },
  point: ResumePoint,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void> {
  const skip = point.skipper();
  // Reading begins a little before the last line that came: when that line is gone, so are others after it.
  let missingSince = run.read.containerId === run.containerId ? point.newestAt() : null;
  const options = { follow: true, tail: 'all', since: point.since() } as const;
  for await (const line of run.session.engine.logs(run.containerId, options, signal)) {
    const known = skip(line);
    if (!known && missingSince !== null) yield gapBetween(missingSince, line);
    missingSince = null;
    if (known) continue;
    run.read.containerId = run.containerId;
    point.remember(line);
    yield shown(line);
  }
}

function gapBetween(from: number, { at }: RawLogLine): LogLine {
  const [first, last] = [from, at].map((time) => new Date(time).toISOString());
  const text = `Lines between ${first} and ${last} are missing: the engine had rotated its log before they could be read.`;
  return { at, stream: 'stderr', text, gap: true, gapSince: from };
}

function shown(line: RawLogLine): LogLine {
  return { at: line.at, stream: line.stream, text: sanitiseLine(line.text) };
}

/** The last lines of a service. Rejects with NOT_FOUND when it has no container. */
export async function readLogs(source: LogSource, tail: number, signal?: AbortSignal): Promise<LogLine[]> {
  const { engine } = await source.session(signal);
  const container = await requireContainer(engine, source.project, source.service, signal);
  const lines: LogLine[] = [];
  for await (const line of engine.logs(container.id, { follow: false, tail }, signal))
    lines.push(shown(line));
  return lines;
}
