/** One relayed connection. */
import { connect, type Socket } from 'node:net';
import { createLane, type Lane } from './lane';
import type { Wire } from './wire';

export interface Target {
  host?: string;
  port: number;
}

export interface Link {
  freeze(): void;
  thaw(): void;
  /** Both ends get a reset. */
  reset(): void;
}

interface LinkOptions {
  to: Target;
  toServer: Wire;
  toClient: Wire;
  sentToServer: (bytes: Buffer) => void;
  sentToClient: (bytes: Buffer) => void;
}

/**
 * The server is dialled at the first `thaw`, so that a connection made while the link is dark comes to life with it.
 * One that was given up meanwhile never gets there: a server counts, and punishes, those who leave without a word.
 */
export function createLink(client: Socket, options: LinkOptions): Link {
  let server: Socket | null = null;
  let lanes: Lane[] = [];
  let givenUp = false;
  const early: Buffer[] = [];
  const keep = (bytes: Buffer) => void early.push(bytes);

  function dial(): Socket {
    const { to, toServer, toClient, sentToServer, sentToClient } = options;
    const socket = connect({ host: to.host ?? '127.0.0.1', port: to.port, allowHalfOpen: true });
    socket.setNoDelay(true);
    socket.on('error', () => client.resetAndDestroy());
    lanes = [
      createLane(client, socket, toServer, sentToServer),
      createLane(socket, client, toClient, sentToClient),
    ];
    return socket;
  }

  function comeToLife(): void {
    client.off('data', keep);
    client.pause();
    for (const bytes of early.reverse()) client.unshift(bytes);
    server = dial();
  }

  client.setNoDelay(true);
  client.on('data', keep);
  client.on('end', () => {
    givenUp = server === null;
    if (givenUp) client.destroy();
  });
  client.on('error', () => server?.resetAndDestroy());
  return {
    freeze() {
      for (const lane of lanes) lane.freeze();
    },
    thaw() {
      if (server === null && !givenUp) comeToLife();
      for (const lane of lanes) lane.thaw();
    },
    reset() {
      client.resetAndDestroy();
      server?.resetAndDestroy();
    },
  };
}
