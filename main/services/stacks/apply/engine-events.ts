import type { EngineEvent, EnginePort } from '../../hosts/engine';

export interface EventHub {
  /** Resolves at the next event of the container, or when `signal` aborts. Never rejects. */
  next(containerId: string, signal: AbortSignal): Promise<EngineEvent | null>;
  /** True after somebody told the container to stop and until it starts again: a person, or an engine that shuts down. */
  stoppedFromOutside(containerId: string): boolean;
  /** True after the engine's own check said so, until the container ends or another check says otherwise. */
  foundHealthy(containerId: string): boolean;
  close(): void;
}

/** Every health check inside a container makes three exec events; waking a gate for each would cost an inspect. */
const HEEDED_ACTIONS = ['start', 'die', 'kill', 'oom', 'destroy', 'health_status'];

/**
 * One event stream for a whole pass. `onLost` is called when the engine ends it: the quickest sign
 * that the daemon is going away.
 */
export function watchEngine(engine: Pick<EnginePort, 'events'>, onLost: (error: unknown) => void): EventHub {
  const closing = new AbortController();
  const listeners = new Map<string, Set<(event: EngineEvent | null) => void>>();
  const stopped = new Set<string>();
  const healthy = new Set<string>();
  const follow = async (): Promise<void> => {
    for await (const event of engine.events({ actions: HEEDED_ACTIONS }, closing.signal)) {
      if (event.type !== 'container') continue;
      if (event.action === 'kill') stopped.add(event.actor);
      if (event.action === 'start') stopped.delete(event.actor);
      if (event.action === 'health_status: healthy') healthy.add(event.actor);
      else healthy.delete(event.actor);
      for (const tell of listeners.get(event.actor) ?? []) tell(event);
    }
  };
  follow().catch((error: unknown) => {
    if (!closing.signal.aborted) onLost(error);
  });
  return {
    next: (containerId, signal) =>
      new Promise((resolve) => {
        const set = listeners.get(containerId) ?? new Set();
        listeners.set(containerId, set);
        const end = (event: EngineEvent | null): void => {
          set.delete(end);
          signal.removeEventListener('abort', stop);
          resolve(event);
        };
        const stop = (): void => end(null);
        set.add(end);
        if (signal.aborted) end(null);
        else signal.addEventListener('abort', stop, { once: true });
      }),
    stoppedFromOutside: (containerId) => stopped.has(containerId),
    foundHealthy: (containerId) => healthy.has(containerId),
    close: () => closing.abort(),
  };
}
