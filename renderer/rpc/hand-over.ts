import { CONNECT_MESSAGE } from '../../preload/channels';

/** Hands one end of a new channel to the preload, which passes it on to main, and answers the other. */
export function handOverPort(): MessagePort {
  const channel = new MessageChannel();
  window.postMessage(CONNECT_MESSAGE, window.location.origin, [channel.port1]);
  return channel.port2;
}
