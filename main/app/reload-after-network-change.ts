/**
 * Only for the development server: its page is hundreds of files over HTTP, and Chrome drops what it is loading
 * whenever a container comes or goes with its network interface. The page then stays blank; it is loaded once more
 * when that has settled. The built page comes from the console's own scheme, which no network change touches.
 */

const SETTLED_MS = 300;
const DROPPED = 'net::ERR_NETWORK_CHANGED';
/** Without any of these the page is not drawn; what else is dropped is asked for again by itself. */
const PAGE_PARTS: ReadonlySet<string> = new Set(['mainFrame', 'script', 'stylesheet']);

/** Of Electron's own details. */
export interface FailedRequest {
  error: string;
  resourceType: string;
}

interface WebRequest {
  onErrorOccurred(filter: { urls: string[] }, listener: (failed: FailedRequest) => void): void;
}

/** What is used of the window's contents. */
interface Page {
  loadURL(url: string): Promise<void>;
  session: { webRequest: WebRequest };
}

/** `url`: of the development server, without a path. */
export function reloadAfterNetworkChange(page: Page, url: string): void {
  let timer: NodeJS.Timeout | undefined;
  page.session.webRequest.onErrorOccurred({ urls: [`${url}/*`] }, ({ error, resourceType }) => {
    if (error !== DROPPED || !PAGE_PARTS.has(resourceType)) return;
    clearTimeout(timer);
    // Dropped again, it comes here again.
    timer = setTimeout(() => void page.loadURL(url).catch(() => undefined), SETTLED_MS);
  });
}
