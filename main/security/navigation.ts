/** The window shows its own page and nothing else, whatever the page or a link in it tries. */
import type { WebContents } from 'electron';
import { allowedExternalUrl } from './external-url';
import { isOwnPage } from './navigation-rules';

/**
 * Denies every navigation away from `origin`, every new window and every embedded view. An http(s)
 * link goes through `openExternal` instead.
 */
export function lockNavigation(
  contents: WebContents,
  origin: string,
  openExternal: (url: string) => void,
): void {
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url, origin)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnPage(event.url, origin)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const allowed = allowedExternalUrl(url);
    if (allowed) openExternal(allowed);
    return { action: 'deny' };
  });
}
