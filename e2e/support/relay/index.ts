/**
 * Room: a link that can fail. A loopback TCP relay between a client and a server under test which
 * delays, throttles, freezes, resets or refuses, and tells what passed over it. A port that answers
 * nothing at all, not even the TCP handshake, stands beside it.
 */
export { type Relay, startRelay } from './relay';
export { openSilentPort } from './silent-port';
