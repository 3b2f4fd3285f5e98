/**
 * Keeps one host's connection and its state. Connects when somebody needs it, checks every two seconds
 * while somebody watches, and takes the end of the event stream as news at once.
 */
import type { Host } from '../../../preload/contract';
import { mergeSignals, raceSignal, sleep, withTimeout } from '../../streams/abortable';
import { createBackoff } from '../../streams/backoff';
import { createNotifier, type Notifier } from '../../streams/notifier';
import { DomainError, isDomainError, toFailure } from '../errors';
import type { Log } from '../log';
import {
  type ConnectionEvent,
  type ConnectionState,
  idleConnection,
  reduceConnection,
} from './connection-state';
import type { HostEndpoint, OpenSession } from './host-endpoint';
import type { HostSession } from './host-session';

const PING_INTERVAL_MS = 2_000;
/** With the interval it stays under the five seconds in which a dead engine has to show. */
const PING_LIMIT_MS = 2_200;
const INFO_LIMIT_MS = 10_000;
const RECONNECT_FLOOR_MS = 250;
const RECONNECT_CEILING_MS = 5_000;
/** A screen that closes and opens again must not make the connection look new. */
const LINGER_MS = 10_000;

export interface SupervisorDeps {
  openSession: OpenSession;
  now: () => number;
  log: Log;
}

export interface Supervisor {
  connection(): Host['connection'];
  readonly changes: Notifier;
  /** Watches until released. */
  hold(): () => void;
  /** The shared session once the engine has answered; rejects with why it has not. */
  session(signal?: AbortSignal): Promise<HostSession>;
  /** Tries now, whatever the wait. */
  retry(): void;
  dispose(): Promise<void>;
}

export function createSupervisor(host: HostEndpoint, deps: SupervisorDeps): Supervisor {
  const changes = createNotifier();
  const poke = createNotifier();
  const life = new AbortController();
  let state: ConnectionState = idleConnection(host.unsupported);
  let opened: HostSession | null = null;
  let attempting: Promise<DomainError | null> | null = null;
  let holders = 0;
  let watching: AbortController | null = null;
  let linger: NodeJS.Timeout | undefined;

  function dispatch(event: ConnectionEvent): void {
    const before = state;
    state = reduceConnection(state, event);
    if (before.engineId !== null && before.engineId !== state.engineId)
      deps.log.warn('Another engine answers at this endpoint', { host: host.id, endpoint: host.endpoint });
    if (before.shown.state !== state.shown.state)
      deps.log.info('Connection changed', { host: host.id, state: state.shown.state });
    if (before.shown !== state.shown) changes.notify();
  }

  function open(): HostSession {
    opened ??= deps.openSession(host);
    return opened;
  }

  function asDomainError(error: unknown): DomainError {
    if (isDomainError(error)) return error;
    const detail = error instanceof Error ? error.message : String(error);
    const data = { host: host.id, endpoint: host.endpoint, detail };
    return new DomainError('ENGINE_UNAVAILABLE', data, `${host.title} can't be reached: ${detail}`);
  }

  /** One attempt at a time, shared by the watch and by every caller. Answers the failure, or null. */
  function attempt(): Promise<DomainError | null> {
    attempting ??= connect().finally(() => {
      attempting = null;
    });
    return attempting;
  }

  async function connect(): Promise<DomainError | null> {
    dispatch({ type: 'attempt', at: deps.now() });
    using limit = withTimeout(INFO_LIMIT_MS, life.signal);
    try {
      const { engine } = open();
      await ping();
      dispatch({ type: 'connected', info: await engine.info(limit.signal), at: deps.now() });
      return null;
    } catch (error) {
      const failure = asDomainError(error);
      dispatch({ type: 'failed', at: deps.now(), failure: toFailure(failure), nextAttemptAt: null });
      return failure;
    }
  }

  async function ping(): Promise<void> {
    using limit = withTimeout(PING_LIMIT_MS, life.signal);
    try {
      await open().engine.ping(limit.signal);
    } catch (error) {
      if (!limit.signal.aborted || life.signal.aborted) throw error;
      const detail = `no answer within ${PING_LIMIT_MS / 1000} s. The engine hangs or the machine is overloaded.`;
      const data = { host: host.id, endpoint: host.endpoint, detail };
      throw new DomainError('ENGINE_UNAVAILABLE', data, `Docker Engine at ${host.endpoint} gives ${detail}`);
    }
    dispatch({ type: 'seen', at: deps.now() });
  }

  /** Rejects as soon as the engine no longer answers or its event stream ends. */
  async function untilLost(signal: AbortSignal): Promise<never> {
    using both = mergeSignals(signal);
    const pings = async (): Promise<never> => {
      for (;;) {
        await sleep(PING_INTERVAL_MS, both.signal);
        await ping();
      }
    };
    const stream = async (): Promise<never> => {
      // Only its end is news, so that the rarest events are enough.
      const { engine } = open();
      for await (const _event of engine.events({ actions: ['reload'] }, both.signal))
        both.signal.throwIfAborted();
      throw new Error('the event stream ended');
    };
    try {
      return await Promise.race([pings(), stream()]);
    } finally {
      both.abort();
    }
  }

  function unsupportedReason(): string | null {
    return state.shown.state === 'unsupported' ? state.shown.reason : null;
  }

  async function watch(signal: AbortSignal): Promise<void> {
    const backoff = createBackoff({ baseMs: RECONNECT_FLOOR_MS, ceilingMs: RECONNECT_CEILING_MS });
    while (!signal.aborted) {
      let failure = state.shown.state === 'connected' ? null : await attempt();
      if (failure === null) {
        backoff.reset();
        failure = await untilLost(signal).catch(asDomainError);
      }
      if (signal.aborted) return;
      await pause(failure, backoff.nextMs(), signal);
    }
  }

  async function pause(failure: DomainError, waitMs: number, signal: AbortSignal): Promise<void> {
    const at = deps.now();
    dispatch({ type: 'failed', at, failure: toFailure(failure), nextAttemptAt: at + waitMs });
    using waiting = mergeSignals(signal);
    const poked = poke.changed(poke.version, waiting.signal);
    await Promise.race([sleep(waitMs, waiting.signal), poked]).catch(() => undefined);
    poked.catch(() => undefined);
    waiting.abort();
  }

  function release(): void {
    holders -= 1;
    if (holders > 0) return;
    linger = setTimeout(() => {
      watching?.abort();
      watching = null;
      if (host.unsupported === null) dispatch({ type: 'released' });
    }, LINGER_MS);
    linger.unref();
  }

  return {
    connection: () => state.shown,
    changes,
    hold() {
      holders += 1;
      clearTimeout(linger);
      if (watching === null && host.unsupported === null && !life.signal.aborted) {
        watching = new AbortController();
        void watch(watching.signal);
      }
      let held = true;
      return () => {
        if (held) release();
        held = false;
      };
    },
    async session(signal) {
      if (state.shown.state === 'connected' && watching !== null) return open();
      const failure = host.unsupported === null ? await raceSignal(check(), signal) : null;
      if (failure) throw failure;
      const reason = unsupportedReason();
      if (reason === null) return open();
      const data = { host: host.id, endpoint: host.endpoint, detail: reason };
      throw new DomainError('ENGINE_UNAVAILABLE', data, `${host.title} can't be used: ${reason}`);
    },
    retry() {
      poke.notify();
      if (watching === null && host.unsupported === null) void attempt();
    },
    async dispose() {
      clearTimeout(linger);
      watching?.abort();
      life.abort();
      await opened?.[Symbol.asyncDispose]();
    },
  };

  /** Nobody watches, so what was known may be old: a ping is enough when it was connected. */
  async function check(): Promise<DomainError | null> {
    if (state.shown.state !== 'connected') {
      const failure = await attempt();
      poke.notify();
      return failure;
    }
    const lost = await ping().then(
      () => null,
      (error: unknown) => asDomainError(error),
    );
    if (lost) dispatch({ type: 'failed', at: deps.now(), failure: toFailure(lost), nextAttemptAt: null });
    return lost;
  }
}
