/** The way to the engine over the connection that is live, found once for each and looked for again when it fails. */
import { raceSignal } from '../../streams/abortable';
import type { ChannelSocket } from './channel-socket';
import { type EngineWay, findWay, type Transport } from './engine-way';
import type { LiveLink } from './link';
import type { SessionPools } from './session-pool';
import { askShell } from './shell-facts';
import { createSlots } from './slots';

export interface EngineAccess {
  /** Resolves once an engine has answered over this connection and has room for one request more. */
  enter(request: { long: boolean; signal?: AbortSignal }): Promise<() => void>;
  dial(): Promise<ChannelSocket>;
  transport(): Transport | null;
  /** The next request looks for the way anew. */
  searchAgain(): void;
  socket(signal?: AbortSignal): Promise<{ path: string; asRoot: boolean }>;
}

/** Of short requests at once, where each takes a program on the other machine. */
const PROGRAMS_FOR_REQUESTS = 6;
const KEPT_FOR_OTHERS = 2;

interface Found {
  live: LiveLink;
  way: Promise<EngineWay>;
  known: EngineWay | null;
}

export interface EngineAccessOptions {
  open: (signal?: AbortSignal) => Promise<LiveLink>;
  pools: SessionPools;
  hostId: string;
  endpoint: string;
  enginePath: string | null;
}

export function createEngineAccess(options: EngineAccessOptions): EngineAccess {
  let found: Found | null = null;
  const requests = createSlots({
    limit: () => {
      const sessions = found?.live.link.slots.limit ?? PROGRAMS_FOR_REQUESTS;
      return Math.min(PROGRAMS_FOR_REQUESTS, Math.max(1, sessions - KEPT_FOR_OTHERS));
    },
  });
  /** What the shell said first holds for the first search; a later one asks again. */
  let asked: LiveLink | null = null;

  async function search(live: LiveLink): Promise<EngineWay> {
    const { link, hops } = live;
    const { hostId, endpoint, enginePath } = options;
    const facts = asked === live ? await askShell(link, enginePath) : live.facts;
    asked = live;
    return findWay({ link, sessions: options.pools.of(link), facts, hostId, endpoint, enginePath }, hops);
  }

  function wayOf(live: LiveLink): Promise<EngineWay> {
    if (found?.live === live) return found.way;
    const entry: Found = { live, way: search(live), known: null };
    found = entry;
    entry.way.then(
      (way) => {
        entry.known = way;
        live.link.changes.notify();
      },
      () => forget(entry.way),
    );
    return entry.way;
  }

  function forget(way: Promise<EngineWay>): void {
    if (found?.way === way) found = null;
  }

  return {
    async enter({ long, signal }) {
      const live = await options.open(signal);
      const { transport } = await raceSignal(wayOf(live), signal);
      if (long || transport === 'streamlocal') return () => undefined;
      return live.link.orLost(requests.acquire(signal));
    },
    async dial() {
      const live = await options.open();
      const promise = wayOf(live);
      const way = await promise;
      return way.dial().catch(async () => {
        if (live.link.failure) throw live.link.failure;
        // The engine went, or its socket moved: looked for anew, which says what is wrong now.
        forget(promise);
        return (await wayOf(live)).dial();
      });
    },
    transport: () => found?.known?.transport ?? null,
    searchAgain() {
      found = null;
    },
    async socket(signal) {
      const { path, transport } = await raceSignal(wayOf(await options.open(signal)), signal);
      return { path, asRoot: transport === 'sudo-dial-stdio' };
    },
  };
}
