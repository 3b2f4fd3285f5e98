/** Names both ends of the port hand-over agree on. */

/** Posted by the page to its own window, with the server end of a MessageChannel. */
export const CONNECT_MESSAGE = 'bizosaas:connect';

/** The one IPC channel: carries that port from the preload to main. */
export const CONNECT_CHANNEL = 'rpc:connect';

/** Main tells the page where to go (menu, notification); the payload is a route. */
export const NAVIGATE_MESSAGE = 'bizosaas:navigate';
export const NAVIGATE_CHANNEL = 'app:navigate';
