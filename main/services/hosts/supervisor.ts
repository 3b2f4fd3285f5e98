/**
 * Keeps one host's connection and its state. Connects when somebody needs it, checks every few seconds
 * while somebody watches, and takes the end of the event stream, or of the SSH connection, as news at once.
 */
import type { Host, LinkReport } from '../../../preload/contract';
import { mergeSignals, raceSignal, sleep } from '../../streams/abortable';
import { createBackoff } from '../../streams/backoff';
import { createNotifier, type Notifier } from '../../streams/notifier';
import { type DomainError, toFailure } from '../errors';
import type { Log } from '../log';
import { type Attempts, createAttempts, type Stages } from './attempts';
import { failuresOf } from './connection-failures';
import {
  type ConnectionEvent,
  type ConnectionState,
  idleConnection,
  isSupportedApi,
  reduceConnection,
} from './connection-state';
import { type HostEndpoint, isSshSession, type OpenSession } from './host-endpoint';
import type { HostSession } from './host-session';
import { limitsOf, withPatience } from './limits';
import { mayGoThrough, untilLinkLost } from './link-follow';
import { shareSession } from './shared-session';
import type { SshSession } from './ssh/face';

/** A screen that closes and opens again must not make the connection look new. */
const LINGER_MS = 10_000;
/** An engine that answered this recently is not asked again whether it answers. */
const JUST_SEEN_MS = 500;

export interface SupervisorDeps {
  openSession: OpenSession;
  now: () => number;
  log: Log;
  /** True while a person is asked something about this host: no time limit runs then. */
  asking?: (hostId: string) => boolean;
  /** Called whenever the engine has answered after it had not. */
  onConnected?: (hostId: string) => void;
}

export interface Supervisor {
  connection(): Host['connection'];
  /** Null for a host without SSH. */
  link(): LinkReport | null;
  readonly changes: Notifier;
  readonly linkChanges: Notifier;
  /** Watches until released. */
  hold(): () => void;
  /** The shared session once the engine has answered; rejects with why it has not. */
  session(signal?: AbortSignal): Promise<HostSession>;
  /** Likewise, without waiting for what the engine says of itself. */
  greeted(signal?: AbortSignal): Promise<HostSession>;
  /** The shared session whether or not an engine answers; rejects with CONFLICT for a host without SSH. */
  ssh(): Promise<SshSession>;
  /** Tries now, whatever the wait. */
  retry(): void;
  /** The machine slept: an open connection may be dead without knowing, a wait too long. */
  renew(reason: string): void;
  /** This machine lost these addresses: an open connection through another one has no part in it. */
  moved(gone: ReadonlySet<string>): void;
  /** Cuts a wait short; one that is for a person goes on. */
  hasten(): void;
  dispose(): Promise<void>;
}

export function createSupervisor(host: HostEndpoint, deps: SupervisorDeps): Supervisor {
  const changes = createNotifier();
  const poke = createNotifier();
  const life = new AbortController();
  const limits = limitsOf(host.endpoint);
  const failures = failuresOf(host);
  const shared = shareSession(host, deps.openSession, life.signal);
  const { open } = shared;
  let state: ConnectionState = idleConnection(host.unsupported);
  const attempts = createAttempts(connect);
  /** Only a person can end this failure: trying again by itself could lock the account. */
  let barred: DomainError | null = null;
  let nextAttemptAt: number | null = null;
  /** What callers are told while the watch waits. */
  let meanwhile: DomainError | null = null;
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
    if (before.shown === state.shown) return;
    changes.notify();
    if (before.shown.state !== 'connected' && state.shown.state === 'connected') deps.onConnected?.(host.id);
  }

  function fail(failure: DomainError): void {
    dispatch({ type: 'failed', at: deps.now(), failure: toFailure(failure), nextAttemptAt });
  }

  async function connect({ greeted, wanted }: Stages): Promise<DomainError | null> {
    dispatch({ type: 'attempt', at: deps.now() });
    try {
      const { engine } = await open();
      await ping(patient);
      if (isSupportedApi(await engine.apiVersion())) {
        greeted();
        await raceSignal(wanted, life.signal);
      }
      const info = await within(limits.infoMs, patient, (signal) => engine.info(signal));
      barred = null;
      dispatch({ type: 'connected', info, at: deps.now() });
      return null;
    } catch (error) {
      const failure = failures.from(error);
      if (failures.waitsForPerson(failure)) barred = failure;
      fail(failure);
      return failure;
    }
  }

  /** The SSH adapter limits each step of its own way; a person who is asked takes as long as it takes. */
  function patient(): boolean {
    return deps.asking?.(host.id) === true || shared.overSsh()?.link.report().state === 'opening';
  }

  async function within<T>(
    ms: number,
    isPatient: () => boolean,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    using limit = withPatience(ms, isPatient, life.signal);
    try {
      return await raceSignal(call(limit.signal), limit.signal);
    } catch (error) {
      if (!limit.signal.aborted || life.signal.aborted) throw error;
      throw failures.silence(ms);
    }
  }

  async function ping(isPatient: () => boolean): Promise<void> {
    const { engine } = await open();
    await within(limits.pingMs, isPatient, (signal) => engine.ping(signal));
    dispatch({ type: 'seen', at: deps.now() });
  }

  /** Rejects as soon as the engine no longer answers, its event stream ends or the SSH connection is lost. */
  async function untilLost(signal: AbortSignal): Promise<never> {
    using both = mergeSignals(signal);
    const pings = async (): Promise<never> => {
      for (;;) {
        await sleep(limits.pingIntervalMs, both.signal);
        await ping(() => false);
      }
    };
    const stream = async (): Promise<never> => {
      // Only its end is news, so that the rarest events are enough.
      const { engine } = await open();
      for await (const _event of engine.events({ actions: ['reload'] }, both.signal))
        both.signal.throwIfAborted();
      throw new Error('the event stream ended');
    };
    const tunnel = async (session: SshSession): Promise<never> => {
      await untilLinkLost(session, both.signal);
      throw failures.linkLost();
    };
    try {
      const session = shared.overSsh();
      return await Promise.race([pings(), stream(), ...(session ? [tunnel(session)] : [])]);
    } finally {
      both.abort();
    }
  }

  async function watch(signal: AbortSignal): Promise<void> {
    const { reconnectFloorMs: baseMs, reconnectCeilingMs: ceilingMs } = limits;
    const backoff = createBackoff({ baseMs, ceilingMs });
    while (!signal.aborted) {
      const startedAt = deps.now();
      let failure = state.shown.state === 'connected' ? null : (barred ?? (await attempts.whole()));
      let tookMs = deps.now() - startedAt;
      if (failure === null) {
        backoff.reset();
        failure = await untilLost(signal).catch(failures.from);
        tookMs = 0;
      }
      if (signal.aborted) return;
      // An attempt that ran into a time limit has waited already.
      await pause(failure, Math.max(limits.reconnectFloorMs, backoff.nextMs() - tookMs), signal);
    }
  }

  async function pause(failure: DomainError, waitMs: number, signal: AbortSignal): Promise<void> {
    nextAttemptAt = barred === null ? deps.now() + waitMs : null;
    meanwhile = limits.sparing ? failure : null;
    fail(failure);
    using waiting = mergeSignals(signal);
    const poked = poke.changed(poke.version, waiting.signal);
    const wakes = barred === null ? [poked, sleep(waitMs, waiting.signal)] : [poked];
    await Promise.race(wakes).catch(() => undefined);
    poked.catch(() => undefined);
    waiting.abort();
    nextAttemptAt = null;
    meanwhile = null;
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

  /** Nobody watches, so what was known may be old: a ping is enough when it was connected. */
  async function check(attempt: Attempts['whole']): Promise<DomainError | null> {
    const known = barred ?? meanwhile;
    if (known !== null) return known;
    if (state.shown.state !== 'connected') {
      const failure = await attempt();
      if (failure === null) poke.notify();
      return failure;
    }
    if (deps.now() - (state.lastSeenAt ?? 0) < JUST_SEEN_MS) return null;
    const lost = await ping(patient).then(() => null, failures.from);
    if (lost) fail(lost);
    return lost;
  }

  async function ready(attempt: Attempts['whole'], signal?: AbortSignal): Promise<HostSession> {
    if (state.shown.state === 'connected' && watching !== null) return open();
    const failure = host.unsupported === null ? await raceSignal(check(attempt), signal) : null;
    if (failure) throw failure;
    if (state.shown.state === 'unsupported') throw failures.unsupported(state.shown.reason);
    return open();
  }

  function retry(): void {
    barred = null;
    meanwhile = null;
    poke.notify();
    if (watching === null && host.unsupported === null) void attempts.whole();
  }

  function hasten(): void {
    if (barred !== null) return;
    meanwhile = null;
    poke.notify();
  }

  function renew(reason: string): void {
    const session = shared.overSsh();
    if (session?.link.report().state === 'open') session.renew(reason);
    else hasten();
  }

  return {
    connection: () => state.shown,
    link: shared.link,
    changes,
    linkChanges: shared.linkChanges,
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
    session: (signal) => ready(attempts.whole, signal),
    greeted: (signal) => ready(attempts.greeting, signal),
    async ssh() {
      if (host.unsupported !== null) throw failures.unsupported(host.unsupported);
      const session = await open();
      if (isSshSession(session)) return session;
      throw failures.withoutSsh();
    },
    retry,
    renew,
    moved(gone) {
      if (mayGoThrough(shared.overSsh(), gone)) renew('The network of this machine changed.');
    },
    hasten,
    async dispose() {
      clearTimeout(linger);
      watching?.abort();
      life.abort();
      await shared.dispose();
    },
  };
}
