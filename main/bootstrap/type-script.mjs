/**
 * Runs TypeScript of this project with Vite's own loader, which knows this project's way of naming modules. Also
 * later imports go through it, until `close`.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './paths.mjs';

/**
 * @template T
 * @param {(load: (file: string) => Promise<any>) => Promise<T>} work `load` answers a file's exports
 * @returns {Promise<T>}
 */
export async function withTypeScript(work) {
  const vite = await import(pathToFileURL(path.join(ROOT, 'node_modules/vite/dist/node/index.js')).href);
  const server = await vite.createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    // Node 20 does not know `using` yet.
    oxc: { target: 'es2022' },
  });
  try {
    return await work((file) => server.ssrLoadModule(file));
  } finally {
    await server.close();
  }
}
