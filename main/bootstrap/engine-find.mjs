/** Finds a Docker Engine where the docker command line would: DOCKER_HOST, the current context, the default sockets. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

export const DEFAULT_SOCKET = '/var/run/docker.sock';
const ANSWER_WITHIN_MS = 3000;

/**
 * @typedef {object} Candidate
 * @property {string} endpoint
 * @property {string} source Where it is named.
 * @property {boolean} chosen Named by the person: no other is tried, and nothing is installed in its place.
 *
 * @typedef {object} EngineSearch
 * @property {(Candidate & { version: string }) | null} found
 * @property {{ candidate: Candidate, reason: string }[]} failed
 */

/** @param {NodeJS.ProcessEnv} environment @returns {Promise<EngineSearch>} */
export async function findEngine(environment = process.env) {
  /** @type {EngineSearch['failed']} */
  const failed = [];
  for (const candidate of await candidates(environment)) {
    const answer = await askVersion(candidate.endpoint);
    if ('version' in answer) return { found: { ...candidate, version: answer.version }, failed };
    failed.push({ candidate, reason: answer.reason });
  }
  return { found: null, failed };
}

/** @param {NodeJS.ProcessEnv} environment @returns {Promise<Candidate[]>} */
export async function candidates(environment) {
  if (environment.DOCKER_HOST)
    return [{ endpoint: environment.DOCKER_HOST, source: 'DOCKER_HOST', chosen: true }];
  const context = await currentContext(environment);
  if (context) return [context];
  return defaultSockets(environment).map((socket) => ({
    endpoint: `unix://${socket}`,
    source: socket === DEFAULT_SOCKET ? 'the default socket' : "a user's own socket",
    chosen: false,
  }));
}

/** @param {NodeJS.ProcessEnv} environment */
function defaultSockets(environment) {
  const home = environment.HOME ?? os.homedir();
  const runtime = environment.XDG_RUNTIME_DIR;
  return [
    DEFAULT_SOCKET,
    ...(runtime ? [path.join(runtime, 'docker.sock')] : []),
    path.join(home, '.docker/run/docker.sock'),
  ];
}

/** @param {NodeJS.ProcessEnv} environment @returns {Promise<Candidate | null>} */
async function currentContext(environment) {
  const folder = environment.DOCKER_CONFIG ?? path.join(environment.HOME ?? os.homedir(), '.docker');
  const config = await readJson(path.join(folder, 'config.json'));
  const name = environment.DOCKER_CONTEXT ?? config?.currentContext;
  if (typeof name !== 'string' || name === '' || name === 'default') return null;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(path.join(folder, 'contexts/meta', id, 'meta.json'));
  const endpoint = meta?.Endpoints?.docker?.Host;
  return typeof endpoint === 'string'
    ? { endpoint, source: `the docker context "${name}"`, chosen: true }
    : null;
}

/** @param {string} file */
async function readJson(file) {
  return readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => null);
}

/**
 * @param {string} endpoint
 * @returns {Promise<{ version: string } | { reason: string }>}
 */
async function askVersion(endpoint) {
  const address = addressOf(endpoint);
  if (!address) return { reason: 'it is reached another way; the console itself connects to it' };
  return new Promise((resolve) => {
    const request = http.get(
      { ...address, path: '/version', timeout: ANSWER_WITHIN_MS, agent: new http.Agent() },
      (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve(readVersion(body)));
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer within 3 s')));
    request.on('error', (error) => resolve({ reason: error.message }));
  });
}

/** @param {string} endpoint */
function addressOf(endpoint) {
  if (endpoint.startsWith('unix://')) return { socketPath: endpoint.slice('unix://'.length) };
  if (!/^(tcp|http):\/\//.test(endpoint)) return null;
  const { hostname, port } = new URL(endpoint.replace(/^tcp:/, 'http:'));
  return { hostname, port: port || '2375' };
}

/** @param {string} body @returns {{ version: string } | { reason: string }} */
function readVersion(body) {
  try {
    const { Version, ApiVersion } = JSON.parse(body);
    if (typeof Version === 'string') return { version: `${Version}, API ${ApiVersion}` };
  } catch {
    // Falls through: another program answers on that address.
  }
  return { reason: 'the answer is not that of a Docker Engine' };
}
