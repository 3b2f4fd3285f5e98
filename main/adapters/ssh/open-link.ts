/** One live connection and everything that hangs on it; what is pending ends with it, at once. */
import type { Notifier } from '../../streams/notifier';
import { ChannelSocket, type ChannelSocketOptions } from './channel-socket';
import type { Client, ClientChannel } from './driver';
import type { Passage } from './passage';
import { createSessionSlots, type SessionSlots } from './session-slots';

export type ChannelKind = 'engine' | 'programs' | 'forwards' | 'bulk';

export interface OpenLink {
  readonly passage: Passage;
  readonly client: Client;
  readonly slots: SessionSlots;
  readonly counts: Readonly<Record<ChannelKind, number>>;
  /** Connections to the engine that wait for a request. */
  readonly engineIdle: number;
  readonly changes: Notifier;
  /** Null while it lives. */
  readonly failure: Error | null;
  /** The promise's outcome, unless the link is lost first. */
  orLost<T>(promise: Promise<T>): Promise<T>;
  count(kind: ChannelKind, change: 1 | -1): void;
  /** A socket that dies with the link, with the link's failure. */
  adopt(
    channel: ClientChannel,
    kind: ChannelKind,
    options: Pick<ChannelSocketOptions, 'allowHalfOpen' | 'whole'>,
  ): ChannelSocket;
  onLost(listener: (failure: Error) => void): void;
  /** Ends the link with this failure for everybody. */
  lose(failure: Error): void;
}

export function createOpenLink(passage: Passage, changes: Notifier, describeLoss: () => Error): OpenLink {
  const { client } = passage;
  const sockets = new Set<ChannelSocket>();
  const idle = new Map<ChannelSocket, ChannelKind>();
  const counts: Record<ChannelKind, number> = { engine: 0, programs: 0, forwards: 0, bulk: 0 };
  const listeners = new Set<(failure: Error) => void>();
  const slots = createSessionSlots(giveUpIdle);
  let failure: Error | null = null;

  function lose(reason: Error): void {
    if (failure) return;
    failure = reason;
    for (const socket of sockets) socket.destroy(reason);
    for (const listener of [...listeners]) listener(reason);
    passage.close();
    changes.notify();
  }

  /** A race against one promise that lives as long as the link would keep every loser in memory. */
  function orLost<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (failure) reject(failure);
      else listeners.add(reject);
      promise.then(resolve, reject).finally(() => listeners.delete(reject));
    });
  }

  function count(kind: ChannelKind, change: 1 | -1): void {
    counts[kind] += change;
    changes.notify();
  }

  /** An idle connection of the engine may hold the session somebody waits for. */
  function giveUpIdle(): void {
    const [oldest] = idle.keys();
    oldest?.destroy();
  }

  function track(socket: ChannelSocket, kind: ChannelKind): void {
    sockets.add(socket);
    count(kind, 1);
    // Without a reader an error must not become an uncaught one.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      idle.delete(socket);
      count(kind, -1);
    });
  }

  client.once('end', () => lose(describeLoss()));
  client.once('close', () => lose(describeLoss()));

  return {
    passage,
    client,
    counts,
    changes,
    count,
    lose,
    slots,
    get engineIdle() {
      return [...idle.values()].filter((kind) => kind === 'engine').length;
    },
    get failure() {
      return failure;
    },
    orLost,
    adopt(channel, kind, options) {
      const socket: ChannelSocket = new ChannelSocket(channel, {
        ...options,
        onIdle: (is) => {
          if (!is || socket.destroyed) idle.delete(socket);
          else idle.set(socket, kind);
          if (is && slots.waiting > 0) giveUpIdle();
        },
      });
      track(socket, kind);
      if (failure) socket.destroy(failure);
      return socket;
    },
    onLost(listener) {
      if (failure) listener(failure);
      else listeners.add(listener);
    },
  };
}
