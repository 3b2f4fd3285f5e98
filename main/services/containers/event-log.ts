import type { EngineEventRow } from '../../../preload/contract';
import { sleep } from '../../streams/abortable';
import { createBackoff } from '../../streams/backoff';
import { changedWithin, createNotifier } from '../../streams/notifier';
import type { EngineEvent } from '../hosts/engine';
import type { HostSession } from '../hosts/host-session';
import { PROJECT_LABEL, SERVICE_LABEL } from './find';
import { sanitiseLine } from './sanitise';

const KEPT_MS = 24 * 3_600_000;
const KEPT_EVENTS = 500;
const RETRY_BASE_MS = 500;
/** The engine forgets within a minute what it does not tell: each second away may cost events. */
const RETRY_CEILING_MS = 3_000;
/** An engine whose clock is behind ends its memory only when it gets there; nobody is kept waiting for that. */
const MEMORY_LIMIT_MS = 3000;
/** Health checks run as exec several times a minute: noise here, and their commands may hold secrets. */
const ACTIONS =
  'create start restart die stop kill oom pause unpause rename update destroy health_status'.split(' ');

export interface EventLogDeps {
  session: (signal: AbortSignal) => Promise<HostSession>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

export interface EventLog {
  /** Newest first. The first call waits until the engine has told what it still remembers. */
  of(project: string, service: string): Promise<EngineEventRow[]>;
  stop(): void;
}

function toRow(event: EngineEvent): EngineEventRow {
  const { exitCode, signal, image, oldName } = event.attributes;
  const parts = [
    exitCode === undefined ? '' : `exit code ${exitCode}`,
    signal === undefined ? '' : `signal ${signal}`,
    oldName === undefined ? '' : `was ${oldName.replace(/^\//, '')}`,
    image === undefined ? '' : `image ${image}`,
  ];
  return {
    at: event.at,
    action: sanitiseLine(event.action),
    detail: sanitiseLine(parts.filter((part) => part !== '').join(', ')),
  };
}

function serviceKey(project: string, service: string): string {
  return `${project}\n${service}`;
}

/**
 * Keeps the container events of one engine, per service. The engine remembers 256 events of all
 * kinds, which health checks alone use up within a minute; hence a memory of our own.
 */
export function createEventLog(deps: EventLogDeps): EventLog {
  const rows = new Map<string, EngineEventRow[]>();
  const stopping = new AbortController();
  const memory = createNotifier();
  let newestAt: number | null = null;

  function keep(event: EngineEvent): void {
    newestAt = Math.max(newestAt ?? 0, event.at);
    if (event.type !== 'container') return;
    const key = serviceKey(event.attributes[PROJECT_LABEL] ?? '', event.attributes[SERVICE_LABEL] ?? '');
    const list = rows.get(key) ?? [];
    if (list.some((row) => row.at === event.at && row.action === event.action)) return;
    list.unshift(toRow(event));
    rows.set(key, list.slice(0, KEPT_EVENTS));
  }
  async function readOnce(signal: AbortSignal): Promise<void> {
    const { engine } = await deps.session(signal);
    const since = newestAt ?? deps.now() - KEPT_MS;
    for await (const event of engine.events({ since, until: deps.now(), actions: ACTIONS }, signal))
      keep(event);
    memory.notify();
    for await (const event of engine.events({ since: newestAt ?? since, actions: ACTIONS }, signal))
      keep(event);
  }
  async function run(signal: AbortSignal): Promise<void> {
    const backoff = createBackoff({ baseMs: RETRY_BASE_MS, ceilingMs: RETRY_CEILING_MS });
    while (!signal.aborted) {
      await readOnce(signal).then(backoff.reset, () => undefined);
      await sleep(backoff.nextMs(), signal).catch(() => undefined);
    }
  }
  async function untilTold(): Promise<void> {
    if (memory.version === 0) await changedWithin(MEMORY_LIMIT_MS, memory, 0, stopping.signal);
  }
  void run(stopping.signal);
  return {
    async of(project, service) {
      await untilTold();
      const oldest = deps.now() - KEPT_MS;
      return (rows.get(serviceKey(project, service)) ?? []).filter((row) => row.at >= oldest);
    },
    stop: () => stopping.abort(),
  };
}
