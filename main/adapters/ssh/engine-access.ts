/** The way to the engine over the connection that is live, found once for each and looked for again when it fails. */
import type { ChannelSocket } from './channel-socket';
import { type FoundWay, findWay, type Transport } from './engine-way';
import type { LiveLink } from './link';
import { askShell } from './shell-facts';

export interface EngineAccess {
  /** Resolves once an engine has answered over this connection. */
  ready(signal?: AbortSignal): Promise<void>;
  dial(): Promise<ChannelSocket>;
  transport(): Transport | null;
}

export interface EngineAccessOptions {
  open: (signal?: AbortSignal) => Promise<LiveLink>;
  hostId: string;
  endpoint: string;
  enginePath: string | null;
}

export function createEngineAccess(options: EngineAccessOptions): EngineAccess {
  let found: { live: LiveLink; way: Promise<FoundWay>; known: FoundWay | null } | null = null;
  /** What the shell said first holds for the first search; a later one asks again. */
  let asked: LiveLink | null = null;

  async function search(live: LiveLink): Promise<FoundWay> {
    const { link, hops } = live;
    const { hostId, endpoint, enginePath } = options;
    const facts = asked === live ? await askShell(link, enginePath) : live.facts;
    asked = live;
    return findWay({ link, facts, hostId, endpoint, enginePath }, hops);
  }

  function wayOf(live: LiveLink): Promise<FoundWay> {
    if (found?.live === live) return found.way;
    const entry = { live, way: search(live), known: null as FoundWay | null };
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

  function forget(way: Promise<FoundWay>): void {
    if (found?.way === way) found = null;
  }

  return {
    async ready(signal) {
      await wayOf(await options.open(signal));
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
  };
}
