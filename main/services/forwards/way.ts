/** The way from a local connection to its target through the host's session, which may be lost and back meanwhile. */
import type { Duplex } from 'node:stream';
import { raceSignal, sleep } from '../../streams/abortable';
import { hasCode, isAway } from '../errors';
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

  /** Null while the engine is silent. */
  async function tryOnce(signal: AbortSignal): Promise<Duplex | null> {
    const session = await unlessSilent(hosts.session(hostId, signal));
    if (session === null) return null;
    if (known) {
      const kept = await session.connectTcp(known.address, known.port, signal).catch(onlyLost);
      if (kept) return kept;
    }
    const found = await unlessSilent(places(session, signal));
    return found === null ? null : firstOf(session, found, signal);
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
        if (isAway(error) || signal.aborted) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  return {
    async connect(signal) {
      for (;;) {
        try {
          const socket = await raceSignal(tryOnce(signal), signal);
          if (socket !== null) return socket;
        } catch (error) {
          if (signal.aborted || !isAway(error)) throw error;
        }
        await sleep(RETRY_MS, signal);
      }
    },
  };
}

/** A link that went without a word is given up late; until then the engine behind it does not answer in time. */
function unlessSilent<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (hasCode(error, 'TIMEOUT')) return null;
    throw error;
  });
}

function onlyLost(error: unknown): null {
  if (isAway(error)) throw error;
  return null;
}
