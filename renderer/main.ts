/**
 * Small, so that the first frame in index.html is not kept waiting. Once that is to be seen, main is
 * asked for the connection, which makes it load the console, and the application is fetched.
 */
import { handOverPort } from './rpc/hand-over';

/** The first frame draws the Overview; a reload keeps its own screen. */
const OVERVIEW = ['', '#/'];
/** A hidden window may never paint. */
const PAINTED_WITHIN_MS = 500;

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');
if (!OVERVIEW.includes(window.location.hash)) root.replaceChildren();
if (root.childElementCount > 0) await painted();

const port = handOverPort();
const { startApp } = await import('./app/start');
startApp(root, port);

/** Resolves when the first frame has reached the screen. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      if (list.getEntriesByName('first-contentful-paint').length > 0) done();
    });
    const late = setTimeout(done, PAINTED_WITHIN_MS);
    function done() {
      clearTimeout(late);
      observer.disconnect();
      resolve();
    }
    observer.observe({ type: 'paint', buffered: true });
  });
}
