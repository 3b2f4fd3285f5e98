/**
 * TCP made from the other machine: forwarded by its SSH server, or, where that forwards nothing, carried by a
 * program there, each in a session of its own. A reset at the far end is told by a program; a forwarded connection
 * ends there like any other, as SSH has no word for it (RFC 4254 §5.3).
 */
import type { Duplex } from 'node:stream';
import type { LinkReport } from '../../../preload/contract';
import { cancelled } from '../../services/errors';
import { isTimeout, raceSignal, withTimeout } from '../../streams/abortable';
import type { ChannelSocket } from './channel-socket';
import type { ClientChannel } from './driver';
import type { LiveLink } from './link';
import type { OpenLink } from './open-link';
import { throughProgram } from './program-socket';
import { tcpRelayCommand } from './relay-command';
import { isAllTaken, type SessionPool, type SessionPools } from './session-pool';
import { createSlots, type Slots } from './slots';
import {
  isPlace,
  isProhibited,
  isUnanswered,
  NO_RELAY,
  NO_SESSION,
  systemError,
  toSystemError,
} from './tcp-failures';

const CONNECT_LIMIT_MS = 10_000;
/** Sessions may come free: others connect and leave within that. */
const SESSION_LIMIT_MS = 10_000;
/** The next connection to a place goes the other way at once; later the server may have changed its mind. */
const REFUSAL_HOLDS_MS = 5 * 60_000;
/** The engine needs the others: connections through a forward may stay for hours. */
const SHARE_OF_SESSIONS = 0.5;

type Way = NonNullable<LinkReport['tcp']>;

export interface TcpAccess {
  /** Rejects with the system's code in `code`, the link's failure or CANCELLED. */
  connect(address: string, port: number, signal?: AbortSignal): Promise<Duplex>;
  /** How this connection carries TCP; undefined until it was tried. */
  way(link: OpenLink | undefined): Way | undefined;
}

interface Ground {
  pool: SessionPool;
  shares: Slots;
  /** Places the server refused to forward to, and when: PermitOpen may refuse one and forward to the others. */
  refused: Map<string, number>;
  way?: Way;
}

interface Destination {
  address: string;
  port: number;
  place: string;
}

export interface TcpOptions {
  open: (signal?: AbortSignal) => Promise<LiveLink>;
  pools: SessionPools;
  now: () => number;
}

export function createTcpAccess({ open, pools, now }: TcpOptions): TcpAccess {
  const grounds = new WeakMap<OpenLink, Ground>();

  function groundOf(link: OpenLink): Ground {
    const pool = pools.of(link);
    const limit = () => Math.max(1, Math.floor(pool.capacity * SHARE_OF_SESSIONS));
    const ground: Ground = grounds.get(link) ?? { pool, shares: createSlots({ limit }), refused: new Map() };
    grounds.set(link, ground);
    return ground;
  }

  function isRefused({ refused }: Ground, { place }: Destination): boolean {
    const at = refused.get(place);
    return at !== undefined && now() - at < REFUSAL_HOLDS_MS;
  }

  async function dial(live: LiveLink, to: Destination, signal?: AbortSignal): Promise<ChannelSocket> {
    const ground = groundOf(live.link);
    const found = (way: Way) => {
      if (ground.way === way) return;
      ground.way = way;
      live.link.changes.notify();
    };
    if (!isRefused(ground, to)) {
      using limit = withTimeout(CONNECT_LIMIT_MS, signal);
      const forwarded = await forward(live.link, to, limit.signal).catch((error: unknown) => {
        if (isUnanswered(error)) found('forwarded');
        return unlessProhibited(error);
      });
      if (forwarded) {
        found('forwarded');
        return forwarded;
      }
      ground.refused.set(to.place, now());
    }
    const command = tcpRelayCommand(live.facts.programs, to.address, to.port);
    if (ground.way !== 'forwarded') found(command ? 'relayed' : 'refused');
    if (!command) throw systemError('EACCES', to.place, NO_RELAY);
    return relay(ground, command, to, signal);
  }

  return {
    way: (link) => link && grounds.get(link)?.way,
    async connect(address, port, signal) {
      const place = `${address}:${port}`;
      const stop = () => cancelled(`Connect to ${place}`);
      if (signal?.aborted) throw stop();
      if (!isPlace(address, port)) throw systemError('EINVAL', place, 'this is no address');
      const live = await open(signal);
      const socket = await dial(live, { address, port, place }, signal).catch((error: unknown) => {
        if (live.link.failure) throw live.link.failure;
        if (signal?.aborted) throw stop();
        throw error instanceof Error && 'code' in error && !isTimeout(error)
          ? error
          : toSystemError(error, place);
      });
      return endedBy(socket, stop, signal);
    },
  };
}

function unlessProhibited(error: unknown): null {
  if (isProhibited(error)) return null;
  throw error;
}

async function forward(link: OpenLink, to: Destination, signal: AbortSignal): Promise<ChannelSocket> {
  const opening = new Promise<ClientChannel>((resolve, reject) => {
    link.client.forwardOut('127.0.0.1', 0, to.address, to.port, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });
  const channel = await raceSignal(link.orLost(opening), signal).catch((error: unknown) => {
    // It may still open; nobody would ever close it.
    opening.then(
      (late) => late.close(),
      () => undefined,
    );
    throw error;
  });
  return link.adopt(channel, 'forwards', { allowHalfOpen: false });
}

/** Waits for a session, and then for the program's word that it connected. */
async function relay(
  { pool, shares }: Ground,
  command: string,
  { place }: Destination,
  signal?: AbortSignal,
): Promise<ChannelSocket> {
  using patience = withTimeout(SESSION_LIMIT_MS, signal);
  const noSession = () => systemError('EBUSY', place, NO_SESSION);
  const release = await shares.acquire(patience.signal).catch((error: unknown) => {
    throw isTimeout(error) ? noSession() : error;
  });
  try {
    const started = await throughProgram(pool, command, 'forwards', patience.signal).catch(
      (error: unknown) => {
        throw isAllTaken(error) ? noSession() : error;
      },
    );
    started.socket.once('close', release);
    using limit = withTimeout(CONNECT_LIMIT_MS, signal);
    await raceSignal(started.connected, limit.signal).catch((error: unknown) => {
      started.socket.destroy();
      throw error;
    });
    return started.socket;
  } catch (error) {
    release();
    throw error;
  }
}

function endedBy(socket: ChannelSocket, stop: () => Error, signal?: AbortSignal): Duplex {
  if (!signal) return socket;
  const onAbort = () => socket.destroy(stop());
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', onAbort));
  return socket;
}
