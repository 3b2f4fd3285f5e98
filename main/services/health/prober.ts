import type { Duplex } from 'node:stream';
import type { ProbeResult } from '../../../preload/contract';
import { type MergedSignal, mergeSignals } from '../../streams/abortable';
import { createBackoff } from '../../streams/backoff';
import { untilBeat } from '../../streams/beat';
import { changedWithin, createNotifier, type Notifier } from '../../streams/notifier';
import type { ProbeSpec } from '../stacks/extension';
import { type Probed, probeService } from './probe';
import type { Route } from './routes';
import { createSlots } from './slots';

/** A running container that should be probed. */
export interface ProbeTarget {
  /** Where its results are kept: the service, or one replica of it. */
  service: string;
  containerId: string;
  startedAt: number;
  graceMs: number;
  spec: ProbeSpec;
  routes: Route[];
}

export interface ProberDeps {
  now: () => number;
  random: () => number;
  intervalMs: () => number;
  /** True while somebody looks, and is there: then nothing that has been well for long is asked less often. */
  watched: () => boolean;
  /** `news`: anything but that a service is as well as it was. */
  onResult: (news: boolean) => void;
}

export type Connect = (address: string, port: number, signal: AbortSignal) => Promise<Duplex>;

const IN_FLIGHT = 6;
const KEPT_RESULTS = 200;
const STARTING_BASE_MS = 250;
const STARTING_CEILING_MS = 1000;
const JITTER = 0.2;
/** As many answers alike, and a service nobody looks at is asked at leisure. */
const STEADY_RESULTS = 3;
const LEISURE = 3;
const GOOD = new Set(['healthy', 'degraded', 'listening']);

interface Loop {
  key: string;
  scope: MergedSignal;
  poke: Notifier;
  /** Version of `poke` that the newest finished probe was begun at; -1 before the first. */
  answered: number;
  answeredAt: number;
  noWay: boolean;
}

/** One loop per probed service: never two probes of one service at once, never more than six in all. */
export class Prober implements Disposable {
  readonly #deps: ProberDeps;
  readonly #loops = new Map<string, Loop>();
  readonly #kept = new Map<string, ProbeResult[]>();
  readonly #finished = createNotifier();
  readonly #slots = createSlots(IN_FLIGHT);
  #connect: Connect | null = null;
  /** Null until a probe has shown it; one success proves it for every bridge of this host. */
  #insideReachable: boolean | null = null;

  constructor(deps: ProberDeps) {
    this.#deps = deps;
  }

  /** Where connections go from now on; null while the engine is lost: then nothing is probed. */
  attach(connect: Connect | null): void {
    this.#connect = connect;
    if (!connect) this.reconcile([]);
  }

  /** Makes the loops match: new, restarted or moved containers are probed at once, gone ones no more. */
  reconcile(targets: ProbeTarget[]): void {
    const wanted = new Map(this.#connect ? targets.map((target) => [target.service, target]) : []);
    for (const service of [...this.#loops.keys()]) if (!wanted.has(service)) this.#end(service);
    for (const target of wanted.values()) {
      const key = JSON.stringify([target.containerId, target.startedAt, target.spec, target.routes]);
      if (this.#loops.get(target.service)?.key === key) continue;
      this.#end(target.service);
      this.#begin(target, key);
    }
  }

  /** Somebody begins to look: what was asked at leisure is asked now. */
  hurry(): void {
    const oldest = this.#deps.now() - this.#deps.intervalMs();
    for (const loop of this.#loops.values()) pokeIfOlder(loop, oldest);
  }

  /** Newest first. */
  results(service: string): readonly ProbeResult[] {
    return this.#kept.get(service) ?? [];
  }

  hasNoWay(service: string): boolean {
    return this.#loops.get(service)?.noWay ?? false;
  }

  /** Resolves when every loop has an answer not older than `maxAgeMs`; asks anew where there is none. */
  async refresh(maxAgeMs: number, signal: AbortSignal): Promise<void> {
    const oldest = this.#deps.now() - maxAgeMs;
    const wanted = new Map([...this.#loops.values()].map((loop) => [loop, pokeIfOlder(loop, oldest)]));
    for (;;) {
      const seen = this.#finished.version;
      if ([...this.#loops.values()].every((loop) => loop.answered >= (wanted.get(loop) ?? 0))) return;
      await this.#finished.changed(seen, signal);
    }
  }

  [Symbol.dispose](): void {
    for (const service of [...this.#loops.keys()]) this.#end(service);
  }

  #begin(target: ProbeTarget, key: string): void {
    const scope = mergeSignals();
    const loop: Loop = { key, scope, poke: createNotifier(), answered: -1, answeredAt: 0, noWay: false };
    this.#loops.set(target.service, loop);
    // Ends by abort only: whatever goes wrong in a probe is its result.
    this.#run(target, loop, scope.signal).catch(() => this.#finished.notify());
  }

  #end(service: string): void {
    this.#loops.get(service)?.scope.abort();
    this.#loops.delete(service);
    this.#finished.notify();
  }

  async #run(target: ProbeTarget, loop: Loop, signal: AbortSignal): Promise<void> {
    const { now, random } = this.#deps;
    const starting = createBackoff({
      baseMs: STARTING_BASE_MS,
      ceilingMs: STARTING_CEILING_MS,
      jitter: JITTER,
      random,
    });
    for (;;) {
      const begun = loop.poke.version;
      const result = await this.#slots.use(() => this.#probe(target, signal), signal);
      Object.assign(loop, { answered: begun, answeredAt: now(), noWay: result === null });
      if (result) this.#keep(target.service, result);
      this.#finished.notify();
      const fast = now() - target.startedAt < target.graceMs && !isGood(result);
      await changedWithin(fast ? starting.nextMs() : this.#intervalMs(target), loop.poke, begun, signal);
    }
  }

  /** Null when there is no way to ask. */
  async #probe(target: ProbeTarget, signal: AbortSignal): Promise<ProbeResult | null> {
    const usable = target.routes.filter(
      (route) => route.kind === 'published' || this.#insideReachable !== false,
    );
    const [first, second] = usable;
    if (!first) return null;
    const probed = await this.#tryRoute(target, first, signal);
    if (first.kind === 'inside' && probed.reached) this.#insideReachable = true;
    if (probed.reached || !second || this.#insideReachable === true) return probed.result;
    const other = await this.#tryRoute(target, second, signal);
    if (other.reached) this.#insideReachable = false;
    return other.result;
  }

  async #tryRoute(target: ProbeTarget, route: Route, signal: AbortSignal): Promise<Probed> {
    const connect = this.#connect;
    if (!connect) throw new Error('The engine is lost.');
    const { address, port } = route;
    return probeService({ address, port, spec: target.spec, connect, now: this.#deps.now }, signal);
  }

  #keep(service: string, result: ProbeResult): void {
    const before = this.results(service);
    this.#kept.set(service, [result, ...before.slice(0, KEPT_RESULTS - 1)]);
    this.#deps.onResult(!(isGood(result) && saysTheSame(result, before[0])));
  }

  /** Spread a little, so that sixteen loops begun together drift apart; at leisure all together. */
  #intervalMs({ spec, service }: ProbeTarget): number {
    const { now, random, intervalMs, watched } = this.#deps;
    const ms = spec.intervalSeconds === undefined ? intervalMs() : spec.intervalSeconds * 1000;
    if (!watched() && this.#isSteady(service)) return untilBeat(now(), LEISURE * ms);
    return ms * (1 + JITTER * (random() - 0.5));
  }

  #isSteady(service: string): boolean {
    const [newest = null, ...before] = this.results(service).slice(0, STEADY_RESULTS);
    const alike = isGood(newest) && before.every((each) => newest !== null && saysTheSame(newest, each));
    return alike && before.length === STEADY_RESULTS - 1;
  }
}

/** The version of the answer to wait for. A loop whose first probe is under way is waited for, not asked twice. */
function pokeIfOlder(loop: Loop, oldest: number): number {
  if (loop.answered >= 0 && loop.answeredAt < oldest) loop.poke.notify();
  return loop.poke.version;
}

/** Its moment and its latency are not news. */
function saysTheSame(result: ProbeResult, before: ProbeResult | undefined): boolean {
  return (
    result.outcome === before?.outcome && result.status === before.status && result.reason === before.reason
  );
}

function isGood(result: ProbeResult | null): boolean {
  return result !== null && GOOD.has(result.outcome);
}
