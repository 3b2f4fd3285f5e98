/** TCP from this machine, ended by the caller's signal at any moment. */
import { connect, type Socket } from 'node:net';
import { cancelled } from '../../services/errors';

/** Where nothing refuses and nothing answers; the caller's signal may be shorter. */
const CONNECT_LIMIT_MS = 10_000;

function timeoutError(address: string, port: number): Error {
  return Object.assign(new Error(`connect ETIMEDOUT ${address}:${port}`), { code: 'ETIMEDOUT' });
}

/** Rejects with the system's error code in `code`, or CANCELLED. The socket is destroyed when the signal aborts later. */
export function connectTcp(address: string, port: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const stop = () => cancelled(`Connect to ${address}:${port}`);
    if (signal?.aborted) return reject(stop());
    const socket = connect({ host: address, port, noDelay: true });
    const onAbort = () => socket.destroy(stop());
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.setTimeout(CONNECT_LIMIT_MS, () => socket.destroy(timeoutError(address, port)));
    socket.once('error', reject);
    socket.once('close', () => signal?.removeEventListener('abort', onAbort));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      // An abort after the connection must not become an uncaught error when nobody reads.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
