/** The way from a local connection to its target through the host's session, which may be lost and back meanwhile. */
import type { Duplex } from 'node:stream';
import { raceSignal, sleep } from '../../streams/abortable';
import { hasCode } from '../errors';
import type { HostsService } from '../hosts/face';
import type { HostSession } from '../hosts/host-session';

export interface Place {
  address: string;
  port: number;
}

export interface WayOptions {
  hosts: Pick<HostsService, 'session'>;
  hostId: string;
  /** Where the target is now, best first. */
  places: (session: HostSession, signal: AbortSignal) => Promise<Place[]>;
}

export interface Way {
  /** Rejects when the target refuses, the signal aborts, or only a person could make the link again. */
  connect(signal: AbortSignal): Promise<Duplex>;
}

const RETRY_MS = 300;

export function createWay({ hosts, hostId, places }: WayOptions): Way {
  /** Kept from the last connection: a container keeps its address for as long as it runs. */
  let known: Place | null = null;

  async function tryOnce(signal: AbortSignal): Promise<Duplex> {
    const session = await hosts.session(hostId, signal);
    if (known) {
      const kept = await session.connectTcp(known.address, known.port, signal).catch(onlyLost);
      if (kept) return kept;
    }
    return firstOf(session, await places(session, signal), signal);
  }

  async function firstOf(session: HostSession, found: Place[], signal: AbortSignal): Promise<Duplex> {
    known = null;
    let refusal: unknown = new Error('there is nothing to connect to');
    for (const place of found) {
      try {
        const socket = await session.connectTcp(place.address, place.port, signal);
        known = place;
        return socket;
      } catch (error) {
        if (isLost(error) || signal.aborted) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  return {
    async connect(signal) {
      for (;;) {
        try {
          return await raceSignal(tryOnce(signal), signal);
        } catch (error) {
          if (signal.aborted || !isLost(error)) throw error;
          await sleep(RETRY_MS, signal);
        }
      }
    },
  };
}

/** Worth waiting for: the link, or the engine behind it, is away for now. */
function isLost(error: unknown): boolean {
  return hasCode(error, 'HOST_UNREACHABLE') || hasCode(error, 'ENGINE_UNAVAILABLE');
}

function onlyLost(error: unknown): null {
  if (isLost(error)) throw error;
  return null;
}
