/** What stands in the way of a TCP connection made from the other machine, as the system's codes. */
import { isIP } from 'node:net';
import { isTimeout } from '../../streams/abortable';
import { sanitise } from './words';

/** What OpenSSH and the relay say when they can't connect, and the code the same failure has on this machine. */
const CODES: [RegExp, string][] = [
  [/connection refused/i, 'ECONNREFUSED'],
  [/timed? ?out/i, 'ETIMEDOUT'],
  [/no route to host/i, 'EHOSTUNREACH'],
  [/network is unreachable/i, 'ENETUNREACH'],
  [/name or service not known|could not resolve|temporary failure in name/i, 'ENOTFOUND'],
  [/administratively prohibited|open failed/i, 'EACCES'],
];
/** RFC 4254 §5.1. */
const ADMINISTRATIVELY_PROHIBITED = 1;
const CONNECT_FAILED = 2;

export const NOTHING_FORWARDED = 'the SSH server forwards no connections (AllowTcpForwarding)';
export const NO_RELAY = `${NOTHING_FORWARDED}, and there is no program to carry them. Install perl there, or allow forwarding for this account`;
export const NO_SESSION = `${NOTHING_FORWARDED}, and all sessions it allows for programs are taken (MaxSessions). Close other connections, raise MaxSessions, or allow forwarding for this account`;

export function forwardCode(said: string): string {
  return CODES.find(([pattern]) => pattern.test(said))?.[1] ?? 'ECONNRESET';
}

export function isProhibited(error: unknown): boolean {
  return reasonOf(error) === ADMINISTRATIVELY_PROHIBITED;
}

/** The server did try to connect: it forwards. */
export function isUnanswered(error: unknown): boolean {
  return reasonOf(error) === CONNECT_FAILED;
}

function reasonOf(error: unknown): unknown {
  return error instanceof Error && 'reason' in error ? error.reason : undefined;
}

export function systemError(code: string, place: string, why = '', cause?: unknown): Error {
  const message = `connect ${code} ${place}${why && `: ${why}`}`;
  return Object.assign(new Error(message, { cause }), { code });
}

export function toSystemError(error: unknown, place: string): Error {
  const said = error instanceof Error ? error.message : String(error);
  const code = isTimeout(error) ? 'ETIMEDOUT' : forwardCode(said);
  return systemError(code, place, code === 'EACCES' ? NOTHING_FORWARDED : '', sanitise(said));
}

const NAME = /^[A-Za-z0-9_][\w.-]*$/;
const HIGHEST_PORT = 65_535;

/** What is no address could be read as something else by a program there. */
export function isPlace(address: string, port: number): boolean {
  const possible = Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT;
  return possible && (isIP(address) !== 0 || NAME.test(address));
}
