/** The sandbox under another name and on other ports: sixteen services that live, beside whatever else this engine runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROJECT = 'bench-idle';
const FIRST_PORT = 24_710;
const PORTS = [
  ...['POSTGRES', 'REDIS', 'CENTRAL_HUB', 'AUTH', 'SALEOR', 'WAGTAIL', 'AI_AGENTS', 'TEMPORAL'],
  ...['SUPERSET', 'SQL_ADMIN', 'CLIENT_PORTAL', 'BIZOHOLIC', 'CORELDOVE', 'BIZOSAAS_ADMIN'],
  ...['BUSINESS_DIRECTORY', 'ANALYTICS_DASHBOARD'],
];

/**
 * @template T
 * @param {string} cli the built command line
 * @param {(environment: Record<string, string>) => Promise<T>} use given what makes a console see this stack as the sandbox
 * @returns {Promise<T>}
 */
export async function withIdleStack(cli, use) {
  const home = mkdtempSync(join(tmpdir(), 'bench-idle-'));
  const environment = {
    COMPOSE_PROJECT_NAME: PROJECT,
    ...Object.fromEntries(PORTS.map((name, index) => [`${name}_PORT`, `${FIRST_PORT + index}`])),
  };
  const env = { ...process.env, ...environment, BIZOSAAS_HOME: home };
  /** @param {string[]} words */
  const bizosaas = (...words) =>
    run(process.execPath, [cli, ...words, '--stack', 'sandbox', '--yes'], { env });
  try {
    await bizosaas('up');
    return await use(environment);
  } finally {
    await bizosaas('down', '--volumes');
    rmSync(home, { recursive: true, force: true });
  }
}
