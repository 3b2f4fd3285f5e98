import { raceSignal, sleep } from '../../streams/abortable';
import { createNotifier } from '../../streams/notifier';
import { hasCode } from '../errors';
import type { ContainerDetail, EngineEvent, EnginePort } from '../hosts/engine';
import { type ContainerHistory, noHistory, recordEvent, recordRestartCount } from './history';

export interface SeenContainer {
  detail: ContainerDetail;
  history: ContainerHistory;
}

export interface ObserverOptions {
  project: string;
  now: () => number;
  onChange: () => void;
  /** A container was made: the file behind it may be another than the one that was read. */
  onCreate: () => void;
  /** The project's apply lock was made or taken away. */
  onLock: () => void;
}

/** Containers of one project, listed once per connection and then kept by the engine's events. */
export interface Observer {
  containers(): SeenContainer[];
  /** Lists, calls `onListed`, then follows. Never resolves; rejects when the engine is lost or the signal aborts. */
  follow(engine: EnginePort, onListed: () => void, signal: AbortSignal): Promise<void>;
}

const PROJECT_LABEL = 'com.docker.compose.project';
/** Apply locks are containers that never start; this label, not Compose's, names their project. */
const LOCK_LABEL = 'com.bizosaas.lock';
const PAST_MS = 10 * 60_000;
const INSPECT_COALESCE_MS = 40;
/** Events this much older than the list are certainly in it. */
const CLOCK_MARGIN_MS = 5000;
const INSPECTS_IN_FLIGHT = 4;
/** exec_… is left out on purpose: every health check inside a container makes three of those. */
const ACTIONS = new Set(
  'create start restart die stop kill oom pause unpause rename update destroy'.split(' '),
);

export function createObserver(options: ObserverOptions): Observer {
  const details = new Map<string, ContainerDetail>();
  const histories = new Map<string, ContainerHistory>();
  const dirty = new Set<string>();
  const work = createNotifier();
  let lastEventAt = options.now() - PAST_MS;

  function forget(id: string): void {
    details.delete(id);
    histories.delete(id);
    dirty.delete(id);
    options.onChange();
  }
  function record(event: EngineEvent, from: { resumedAt: number; listedAt: number }): void {
    if (event.attributes[LOCK_LABEL] === options.project) options.onLock();
    if (!concerns(event, options.project) || event.at <= from.resumedAt) return;
    lastEventAt = Math.max(lastEventAt, event.at);
    if (event.action === 'destroy') forget(event.actor);
    else note(event, event.at < from.listedAt - CLOCK_MARGIN_MS);
  }
  function note(event: EngineEvent, inList: boolean): void {
    histories.set(event.actor, recordEvent(histories.get(event.actor) ?? noHistory, event));
    options.onChange();
    if (inList) return;
    dirty.add(event.actor);
    work.notify();
    if (event.action === 'create') options.onCreate();
  }
  async function look(engine: EnginePort, id: string, signal: AbortSignal): Promise<void> {
    const detail = await engine.inspectContainer(id, signal).catch((error: unknown) => {
      if (hasCode(error, 'NOT_FOUND')) return null;
      // Refused in passing, as while it is being removed: what is known stays until the next event.
      if (hasCode(error, 'ENGINE_REJECTED') || hasCode(error, 'CONFLICT')) return details.get(id) ?? null;
      throw error;
    });
    if (!detail) return forget(id);
    details.set(id, detail);
    histories.set(id, recordRestartCount(histories.get(id) ?? noHistory, detail.restartCount));
    options.onChange();
  }
  async function lookAll(engine: EnginePort, ids: string[], signal: AbortSignal): Promise<void> {
    const queue = [...ids];
    const worker = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) await look(engine, id, signal);
    };
    await Promise.all(Array.from({ length: INSPECTS_IN_FLIGHT }, worker));
  }
  async function list(engine: EnginePort, signal: AbortSignal): Promise<void> {
    const listed = await engine.listContainers([`${PROJECT_LABEL}=${options.project}`], signal);
    const ids = new Set(listed.map((container) => container.id));
    for (const id of details.keys()) if (!ids.has(id)) forget(id);
    await lookAll(engine, [...ids], signal);
  }
  async function lookAtDirty(engine: EnginePort, signal: AbortSignal): Promise<void> {
    for (;;) {
      if (dirty.size === 0) await work.changed(work.version, signal);
      await sleep(INSPECT_COALESCE_MS, signal);
      const ids = [...dirty];
      dirty.clear();
      await lookAll(engine, ids, signal);
    }
  }
  async function listen(engine: EnginePort, listedAt: number, signal: AbortSignal): Promise<void> {
    const resumedAt = lastEventAt;
    // The engine matches health_status with whatever follows it.
    const actions = [...ACTIONS, 'health_status'];
    for await (const event of engine.events({ since: resumedAt, actions }, signal))
      record(event, { resumedAt, listedAt });
    signal.throwIfAborted();
    throw new Error('The event stream of the engine ended.');
  }
  return {
    containers: () =>
      [...details.values()].map((detail) => ({ detail, history: histories.get(detail.id) ?? noHistory })),
    async follow(engine, onListed, signal) {
      const listedAt = options.now();
      await list(engine, signal);
      onListed();
      await raceSignal(Promise.all([listen(engine, listedAt, signal), lookAtDirty(engine, signal)]), signal);
    },
  };
}

function concerns(event: EngineEvent, project: string): boolean {
  if (event.type !== 'container' || event.attributes[PROJECT_LABEL] !== project) return false;
  return ACTIONS.has(event.action) || event.action.startsWith('health_status');
}
