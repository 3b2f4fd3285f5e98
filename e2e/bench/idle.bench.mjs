/** `npm run bench -- idle`: the console at rest over a sandbox of its own, against a bare window of the same runtime. */
import { benchIdle } from './idle.mjs';
import { withIdleStack } from './idle-stack.mjs';

/**
 * @param {{ electron: string, cli: string, launcher: string[] }} context
 * @returns {Promise<import('./statistics.mjs').Result[]>}
 */
export default async function bench({ electron, cli, launcher }) {
  return withIdleStack(cli, (environment) => benchIdle({ command: [...launcher, electron], environment }));
}
