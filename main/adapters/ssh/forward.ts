/** TCP made from the other machine, through a channel of the connection. */
import type { Duplex } from 'node:stream';
import { cancelled } from '../../services/errors';
import { isTimeout, raceSignal, withTimeout } from '../../streams/abortable';
import type { ClientChannel } from './driver';
import type { OpenLink } from './open-link';
import { sanitise } from './words';

const CONNECT_LIMIT_MS = 10_000;

/** What OpenSSH says when it can't connect, and the code the same failure has on this machine. */
const CODES: [RegExp, string][] = [
  [/connection refused/i, 'ECONNREFUSED'],
  [/timed? ?out/i, 'ETIMEDOUT'],
  [/no route to host/i, 'EHOSTUNREACH'],
  [/network is unreachable/i, 'ENETUNREACH'],
  [/name or service not known|could not resolve|temporary failure in name/i, 'ENOTFOUND'],
  [/administratively prohibited|open failed/i, 'EACCES'],
];

export function forwardCode(said: string): string {
  return CODES.find(([pattern]) => pattern.test(said))?.[1] ?? 'ECONNRESET';
}

function toSystemError(error: unknown, place: string): Error {
  const said = error instanceof Error ? error.message : String(error);
  const code = isTimeout(error) ? 'ETIMEDOUT' : forwardCode(said);
  const why = code === 'EACCES' ? ': the SSH server forwards no connections (AllowTcpForwarding)' : '';
  const message = `connect ${code} ${place}${why}`;
  return Object.assign(new Error(message, { cause: sanitise(said) }), { code });
}

export async function connectThrough(
  link: OpenLink,
  address: string,
  port: number,
  signal?: AbortSignal,
): Promise<Duplex> {
  const place = `${address}:${port}`;
  const stop = () => cancelled(`Connect to ${place}`);
  const opening = new Promise<ClientChannel>((resolve, reject) => {
    link.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });
  using limit = withTimeout(CONNECT_LIMIT_MS, signal);
  const channel = await raceSignal(link.orLost(opening), limit.signal).catch((error: unknown) => {
    // It may still open; nobody would ever close it.
    opening.then(
      (late) => late.close(),
      () => undefined,
    );
    if (link.failure) throw link.failure;
    throw signal?.aborted ? stop() : toSystemError(error, place);
  });
  const socket = link.adopt(channel, 'forwards', { allowHalfOpen: false });
  if (!signal) return socket;
  const onAbort = () => socket.destroy(stop());
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', onAbort));
  return socket;
}
