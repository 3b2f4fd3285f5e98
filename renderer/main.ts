/** Small, so that the first frame in index.html is not kept waiting: the application is fetched behind it. */

/** The first frame draws the Overview; a reload keeps its own screen. */
const OVERVIEW = ['', '#/'];

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');
if (!OVERVIEW.includes(window.location.hash)) root.replaceChildren();

const { startApp } = await import('./app/start');
startApp(root);

export {};
