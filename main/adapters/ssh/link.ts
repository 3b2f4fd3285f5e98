/**
 * The connection of one host over its life: made with the first call, shared by all, made anew after a loss by
 * the next call. One attempt at a time.
 */
import type { HopReport, LinkReport } from '../../../preload/contract';
import { cancelled, type DomainError, isDomainError } from '../../services/errors';
import type { HostTrust, SignInPrompts, SshTarget } from '../../services/hosts/ssh/face';
import type { Log } from '../../services/log';
import { raceSignal } from '../../streams/abortable';
import { createNotifier, type Notifier } from '../../streams/notifier';
import { createHopLog, type HopLog, hopFailure } from './hops';
import { type KeepAlive, startKeepAlive } from './keep-alive';
import { createOpenLink, type OpenLink } from './open-link';
import { openPassage, type Passage } from './passage';
import { askShellAsHop, type ShellFacts } from './shell-facts';
import type { OpenedKeys } from './sign-in';
import { seconds as inSeconds } from './words';

export interface LinkDeps {
  hostId: string;
  resolve: (signal?: AbortSignal) => Promise<SshTarget>;
  trust: HostTrust;
  prompts: SignInPrompts;
  enginePath: string | null;
  log: Log;
  now: () => number;
}

/** A live connection with what its shell told about the account. */
export interface LiveLink {
  readonly link: OpenLink;
  readonly facts: ShellFacts;
  readonly hops: HopLog;
  readonly alive: KeepAlive;
}

export interface Link {
  readonly changes: Notifier;
  /** The live connection, made if need be. Rejects with why it can't be made, or CANCELLED. */
  open(signal?: AbortSignal): Promise<LiveLink>;
  current(): LiveLink | null;
  /** A connection beside the shared one, with the same trust and credentials. */
  openSecond(purpose: Purpose, signal: AbortSignal): Promise<LiveLink>;
  /** Why there is no connection, when there was one. */
  loss(): DomainError | null;
  renew(reason: string): void;
  onHop(listener: (hop: HopReport) => void): () => void;
  report(): Omit<LinkReport, 'transport'>;
  dispose(): void;
}

/** What a further connection is for: bulk data, or more sessions for the engine. */
type Purpose = 'bulk' | 'engine';

interface Attempt {
  promise: Promise<LiveLink>;
  stop: AbortController;
}

const NOTHING = { engine: 0, programs: 0, forwards: 0, bulk: 0 };

export function createLink(deps: LinkDeps): Link {
  const changes = createNotifier();
  const hopListeners = new Set<(hop: HopReport) => void>();
  const opened: OpenedKeys = new Map();
  let state: { name: LinkReport['state']; since: number } = { name: 'closed', since: deps.now() };
  let live: LiveLink | null = null;
  let attempt: Attempt | null = null;
  let hops: readonly HopReport[] = [];
  let disposed = false;
  const seconds = new Map<OpenLink, Purpose>();
  let loss: DomainError | null = null;
  const total = { handshakes: 0, sent: 0, received: 0 };

  function enter(name: LinkReport['state']): void {
    if (state.name !== name) state = { name, since: deps.now() };
    changes.notify();
  }

  function sharedHops(): HopLog {
    const log = createHopLog(deps.now, (hop) => {
      for (const listener of hopListeners) listener(hop);
      changes.notify();
    });
    hops = log.reports;
    return log;
  }

  async function connect(log: HopLog, signal: AbortSignal): Promise<LiveLink> {
    const target = await raceSignal(deps.resolve(signal), signal);
    const { hostId, trust, prompts } = deps;
    const passage = await openPassage({ hostId, trust, prompts, opened, target, log, signal });
    total.handshakes += passage.handshakes;
    const link = createOpenLink(passage, changes, () => lossOf(passage, 'The connection was lost.'));
    // Before the first program, so that a link that falls silent there is noticed too.
    const alive = keepWatch(link, target.keepaliveIntervalMs);
    link.onLost(() => alive.stop());
    try {
      const facts = await askShellAsHop(link, deps.enginePath, log, signal);
      return { link, facts, hops: log, alive };
    } catch (error) {
      link.lose(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  function keepWatch(link: OpenLink, intervalMs: number): KeepAlive {
    const onSilence = (afterMs: number) =>
      link.lose(lossOf(link.passage, `Nothing was heard for ${inSeconds(afterMs)}.`));
    return startKeepAlive(link, { intervalMs, onSilence });
  }

  function lossOf(passage: Passage, finding: string): Error {
    const advice = 'The connection is made anew with the next call.';
    return hopFailure('link', passage.machine, { finding, advice });
  }

  function begin(): Attempt {
    const stop = new AbortController();
    enter('opening');
    const promise = connect(sharedHops(), stop.signal).then(
      (made) => settle(made),
      (error: unknown) => {
        if (attempt?.stop === stop) {
          attempt = null;
          enter('closed');
        }
        throw stop.signal.aborted ? cancelled(`Connect to ${deps.hostId}`) : error;
      },
    );
    promise.catch(() => undefined);
    return { promise, stop };
  }

  function settle(made: LiveLink): LiveLink {
    attempt = null;
    live = made;
    loss = null;
    enter('open');
    deps.log.info('SSH connection made', { host: deps.hostId, machine: made.link.passage.machine });
    made.link.onLost((failure) => lost(made, failure));
    return made;
  }

  function lost(made: LiveLink, failure: Error): void {
    const { sent, received } = made.link.passage.wireBytes();
    total.sent += sent;
    total.received += received;
    if (live !== made) return;
    live = null;
    loss = isDomainError(failure) ? failure : null;
    enter(disposed ? 'closed' : 'lost');
    if (!disposed) deps.log.warn('SSH connection lost', { host: deps.hostId, reason: failure.message });
  }

  function channels(): LinkReport['channels'] {
    const sum = { ...NOTHING, engineIdle: 0 };
    const add = ({ counts, engineIdle }: OpenLink) => {
      for (const kind of ['engine', 'programs', 'forwards', 'bulk'] as const) sum[kind] += counts[kind];
      sum.engineIdle += engineIdle;
    };
    if (live) add(live.link);
    for (const [link, purpose] of seconds) {
      if (purpose === 'engine') add(link);
      else sum.bulk += link.counts.engine + link.counts.programs + link.counts.bulk;
    }
    return sum;
  }

  return {
    changes,
    async open(signal) {
      for (;;) {
        signal?.throwIfAborted();
        if (disposed) throw cancelled(`Connect to ${deps.hostId}`);
        if (live && !live.link.failure) return live;
        attempt ??= begin();
        const { promise, stop } = attempt;
        // Who waits for an attempt that is renewed meanwhile waits for the one after it.
        const made = await raceSignal(promise, signal).catch((error: unknown) => {
          if (!stop.signal.aborted || signal?.aborted) throw error;
          return null;
        });
        if (made) return made;
      }
    },
    current: () => live,
    loss: () => loss,
    async openSecond(purpose, signal) {
      const made = await connect(
        createHopLog(deps.now, () => undefined),
        signal,
      );
      seconds.set(made.link, purpose);
      made.link.onLost(() => seconds.delete(made.link));
      return made;
    },
    renew(reason) {
      deps.log.info('SSH connection renewed', { host: deps.hostId, reason });
      attempt?.stop.abort();
      attempt = null;
      const passage = live?.link.passage;
      if (passage) live?.link.lose(lossOf(passage, `It was renewed: ${reason}.`));
      if (!disposed) attempt = begin();
    },
    onHop(listener) {
      hopListeners.add(listener);
      return () => hopListeners.delete(listener);
    },
    report() {
      const wire = live?.link.passage.wireBytes() ?? { sent: 0, received: 0 };
      return {
        state: state.name,
        since: state.since,
        hops: [...hops],
        handshakes: total.handshakes,
        channels: channels(),
        roundTripMs: live?.alive.roundTripMs ?? null,
        sentBytes: total.sent + wire.sent,
        receivedBytes: total.received + wire.received,
      };
    },
    dispose() {
      disposed = true;
      attempt?.stop.abort();
      for (const link of [...seconds.keys()]) link.lose(cancelled('The session'));
      if (live) live.link.lose(cancelled('The session'));
      enter('closed');
    },
  };
}
