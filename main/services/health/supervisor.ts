import { isDeepStrictEqual } from 'node:util';
import type { Attention, Host, ProbeResult, ServiceRow } from '../../../preload/contract';
import { mergeSignals, raceSignal, sleep } from '../../streams/abortable';
import { type Backoff, createBackoff } from '../../streams/backoff';
import { createLiveList, type LiveList } from '../../streams/live-list';
import { changedWithin, createNotifier } from '../../streams/notifier';
import type { HostsService } from '../hosts/face';
import type { HostSession } from '../hosts/host-session';
import type { Log } from '../log';
import type { SettingsService } from '../settings/face';
import type { OnStack, StacksService } from '../stacks/face';
import type { TasksService } from '../tasks/face';
import { type AttentionWatch, createAttentionWatch } from './attention-watch';
import { createBoard, targetsOf } from './board';
import { type KnownStack, knownStack } from './definition';
import { createObserver, type Observer } from './observer';
import { confirmAfterMs, PUBLISH_AFTER_MS, showUsageAfterMs } from './pace';
import { Prober } from './prober';
import { createUsageMeter, type UsageMeter } from './usage';

export interface SupervisorDeps {
  hosts: Pick<HostsService, 'list' | 'session' | 'connection'>;
  stacks: Pick<StacksService, 'known' | 'fileChanges' | 'watch' | 'lock'>;
  settings: Pick<SettingsService, 'get'>;
  /** What is under way is no news for attention. */
  tasks: Pick<TasksService, 'watch'>;
  now: () => number;
  /** False while the window shows rows and nobody has touched it for a while. */
  attended: () => boolean;
  /** Spreads probes and retries in time. */
  random: () => number;
  log: Log;
}

const COALESCE_MS = 100;
/** First rows wait for first probes at most this long. */
const FIRST_ROUND_MS = 1500;
const RELOAD_AFTER_MS = 1000;
const RETRY_BASE_MS = 250;
const RETRY_CEILING_MS = 2000;

/** Rejects when the stack can't be loaded. */
export async function createSupervisor(deps: SupervisorDeps, on: OnStack): Promise<Supervisor> {
  return new Supervisor(deps, on, await knownStack(deps, on));
}

/** Watches one stack on one host for as long as it lives; what it learns is in its two lists. */
export class Supervisor implements AsyncDisposable {
  readonly rows: LiveList<ServiceRow> = createLiveList<ServiceRow>({
    id: (row) => row.id,
    coalesceMs: COALESCE_MS,
    equals: isDeepStrictEqual,
  });
  readonly attention: LiveList<Attention>;
  /** Resolves with the first rows that mean something; rejects when disposed of before. */
  readonly ready: Promise<void>;

  readonly #deps: SupervisorDeps;
  readonly #on: OnStack;
  readonly #scope = mergeSignals();
  readonly #board = createBoard();
  readonly #usage: UsageMeter;
  readonly #prober: Prober;
  readonly #observer: Observer;
  readonly #attentionWatch: AttentionWatch;
  readonly #wake = createNotifier();
  readonly #opening = createNotifier();
  readonly #ends: Promise<void>[];
  #known: KnownStack;
  /** Rows are shown from here on: the first ones are worth waiting for. */
  #opened = false;
  /** From the first failure to reach the engine until it was listed anew. */
  #lostSince: number | null = null;
  #leaveEngine: (reason: Error) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Of the timer, by the monotonic clock. */
  #dueAt = 0;
  #reloadTimer: NodeJS.Timeout | undefined;

  constructor(deps: SupervisorDeps, on: OnStack, known: KnownStack) {
    const { now, random, settings, attended } = deps;
    this.#deps = deps;
    this.#on = on;
    this.#known = known;
    const held = () => this.#usage.held();
    const calm = () => this.attention.items().length === 0;
    const audience = () => ({ held: held(), attended: attended(), calm: calm() });
    const onUsage = () => this.#publishSoon(showUsageAfterMs(audience()));
    this.#usage = createUsageMeter({ now, attended, onChange: onUsage });
    this.#prober = new Prober({
      now,
      random,
      intervalMs: () => settings.get().probeIntervalSeconds * 1000,
      watched: () => held() && attended(),
      onResult: (news) => this.#publishSoon(news ? PUBLISH_AFTER_MS : confirmAfterMs(audience())),
    });
    this.#observer = createObserver({
      project: known.definition.project,
      now,
      onChange: () => this.#publishSoon(),
      onCreate: () => this.#reloadSoon(),
      onLock: () => this.#attentionWatch.lockMoved(),
    });
    this.#attentionWatch = createAttentionWatch({ ...deps, on });
    this.attention = this.#attentionWatch.items;
    this.ready = this.#opening.changed(0, this.#scope.signal);
    this.ready.catch(() => undefined);
    this.#ends = this.#start();
  }

  /** Newest first. */
  probes(service: string): readonly ProbeResult[] {
    return this.#prober.results(this.#board.probedAs(service));
  }

  /** Rows carry usage and are as fresh as the settings say, until the answered function is called. */
  holdUsage(): () => void {
    this.#prober.hurry();
    return this.#usage.hold();
  }

  /** Somebody is there again: what was asked at leisure is asked now. */
  hurry(): void {
    if (!this.#usage.held()) return;
    this.#prober.hurry();
    this.#usage.hurry();
  }

  /** Resolves when the rows show probes not older than `maxAgeMs`. */
  async refresh(maxAgeMs: number, signal: AbortSignal): Promise<void> {
    await this.#prober.refresh(maxAgeMs, signal);
    this.#publish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#scope.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#reloadTimer);
    this.#prober[Symbol.dispose]();
    await Promise.all(this.#ends);
  }

  #start(): Promise<void>[] {
    const { signal } = this.#scope;
    const parts = [
      this.#followEngine(signal),
      this.#followConnection(signal),
      this.#followFiles(signal),
      this.#attentionWatch.follow(signal),
    ];
    return parts.map((part) =>
      part.catch((error: unknown) => {
        if (signal.aborted) return;
        this.#deps.log.error('A part of supervision ended.', { ...this.#on, cause: messageOf(error) });
      }),
    );
  }

  #publishSoon(withinMs = PUBLISH_AFTER_MS): void {
    const dueAt = performance.now() + withinMs;
    if (this.#scope.signal.aborted || (this.#timer && this.#dueAt <= dueAt)) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.#publish(), withinMs);
  }

  #publish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const containers = this.#observer.containers();
    const { definition } = this.#known;
    this.#prober.reconcile(this.#lostSince === null ? targetsOf(definition, containers) : []);
    if (!this.#opened) return;
    const engineLostSince = this.#lostSince;
    const rows = this.#board.rows({
      now: this.#deps.now(),
      definition,
      containers,
      engineLostSince,
      prober: this.#prober,
      usageOf: (id) => this.#usage.of(id),
    });
    this.rows.set(rows);
    this.#attentionWatch.update({ rows, definition, engineLostSince });
    this.#opening.notify();
  }

  /** An apply makes many containers at once and needs one look at the file. */
  #reloadSoon(): void {
    if (this.#scope.signal.aborted) return;
    this.#reloadTimer ??= setTimeout(() => {
      this.#reloadTimer = undefined;
      void this.#reload();
    }, RELOAD_AFTER_MS);
  }

  /** A file that can't be read just now leaves the last definition in place. */
  async #reload(): Promise<void> {
    try {
      const known = await knownStack(this.#deps, this.#on);
      if (known.unreadable !== null && this.#known.unreadable === null) throw known.unreadable;
      this.#known = known;
      this.#publishSoon();
    } catch (error) {
      this.#deps.log.warn('The stack could not be loaded anew.', { ...this.#on, cause: messageOf(error) });
    }
  }

  async #followFiles(signal: AbortSignal): Promise<void> {
    for await (const _ of this.#deps.stacks.fileChanges(this.#on.stackId, signal)) await this.#reload();
  }

  #lose(since: number): void {
    this.#lostSince ??= since;
    this.#prober.attach(null);
    this.#opened = true;
    this.#publish();
  }

  #onListed(session: HostSession, retry: Backoff): void {
    if (this.#lostSince !== null) void this.#reload();
    this.#lostSince = null;
    retry.reset();
    this.#prober.attach(session.connectTcp.bind(session));
    this.#publish();
    if (!this.#opened) void this.#open(this.#scope.signal);
  }

  async #open(signal: AbortSignal): Promise<void> {
    const firstRound = mergeSignals(signal);
    const round = this.#prober.refresh(Number.POSITIVE_INFINITY, firstRound.signal);
    await Promise.race([round, sleep(FIRST_ROUND_MS, firstRound.signal)]).catch(() => undefined);
    firstRound.abort();
    firstRound[Symbol.dispose]();
    if (signal.aborted) return;
    this.#opened = true;
    this.#publish();
  }

  async #followEngine(signal: AbortSignal): Promise<void> {
    const { now, random, log } = this.#deps;
    const retry = createBackoff({ baseMs: RETRY_BASE_MS, ceilingMs: RETRY_CEILING_MS, random });
    while (!signal.aborted) {
      const seen = this.#wake.version;
      await this.#stayOnEngine(retry, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        log.info('Supervision lost the engine and tries again.', { ...this.#on, cause: messageOf(error) });
        this.#lose(now());
      });
      await changedWithin(retry.nextMs(), this.#wake, seen, signal);
    }
  }

  /** Rejects when the engine is lost; never resolves. */
  async #stayOnEngine(retry: Backoff, signal: AbortSignal): Promise<void> {
    const scope = mergeSignals(signal);
    this.#leaveEngine = scope.abort;
    try {
      const session = await this.#deps.hosts.session(this.#on.hostId, scope.signal);
      const listed = createNotifier();
      const following = this.#observer.follow(
        session.engine,
        () => {
          this.#onListed(session, retry);
          listed.notify();
        },
        scope.signal,
      );
      const measuring = listed.changed(0, scope.signal).then(() => this.#measure(session, scope.signal));
      await raceSignal(Promise.race([following, measuring]), scope.signal);
    } finally {
      scope.abort();
      scope[Symbol.dispose]();
    }
  }

  #measure(session: HostSession, signal: AbortSignal): Promise<void> {
    const runningIds = () =>
      this.#observer.containers().flatMap(({ detail }) => (detail.state === 'running' ? [detail.id] : []));
    return this.#usage.measure(session.engine, runningIds, signal);
  }

  async #followConnection(signal: AbortSignal): Promise<void> {
    for await (const connection of this.#deps.hosts.connection(this.#on.hostId, signal))
      this.#heed(connection);
  }

  #heed(connection: Host['connection']): void {
    if (connection.state === 'connected') this.#wake.notify();
    if (connection.state !== 'unreachable' && connection.state !== 'unsupported') return;
    this.#lose(connection.state === 'unreachable' ? connection.since : this.#deps.now());
    this.#leaveEngine(new Error('The connection to the engine was lost.'));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
