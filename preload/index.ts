/**
 * The preload only hands one MessagePort over and relays routes from the menu. It exposes nothing
 * to the page: no function to call, no object to reach into.
 */
import { ipcRenderer } from 'electron';
import { CONNECT_CHANNEL, CONNECT_MESSAGE, NAVIGATE_CHANNEL, NAVIGATE_MESSAGE } from './channels';

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== CONNECT_MESSAGE) return;
  const port = event.ports[0];
  if (port) ipcRenderer.postMessage(CONNECT_CHANNEL, null, [port]);
});

ipcRenderer.on(NAVIGATE_CHANNEL, (_event, route: unknown) => {
  window.postMessage({ type: NAVIGATE_MESSAGE, route: String(route) }, window.location.origin);
});
