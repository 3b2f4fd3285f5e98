/** One GET, through the proxy that npm's configuration or the environment names. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { proxyFor } from './proxy-settings.mjs';

const REDIRECTS = 10;

/**
 * @typedef {import('./proxy-settings.mjs').Proxy} Proxy
 * @typedef {{ headers: Record<string, string>, signal: AbortSignal, environment: NodeJS.ProcessEnv }} Asked
 *   The signal's reason is an error in words.
 * @typedef {https.RequestOptions & { signal: AbortSignal }} Options
 * @typedef {{ request: Options, way: Options }} Through The way leads to the proxy.
 */

/**
 * Follows redirects, each through the proxy that its own host asks for.
 * @param {string} address
 * @param {Asked} asked
 * @returns {Promise<http.IncomingMessage>} Whatever its status; a body that is cut off ends in an error.
 */
export async function get(address, asked) {
  let url = new URL(address);
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    const response = await getOne(url, asked);
    const { location } = response.headers;
    if (!location || !/^30[12378]$/.test(String(response.statusCode))) return response;
    response.destroy();
    url = new URL(location, url);
  }
  throw new Error(`the server redirects more than ${REDIRECTS} times`);
}

/** @param {URL} url @param {Asked} asked */
async function getOne(url, { headers, signal, environment }) {
  const proxy = proxyFor(url, environment);
  const ca = certificates(environment);
  const request = {
    ...endpoint(url),
    ...{ path: url.pathname + url.search, headers: { host: url.host, ...headers } },
    ...{ signal, ca },
  };
  if (!proxy) return answerTo(request);
  const way = { ...endpoint(proxy.address), signal, ca };
  return url.protocol === 'https:'
    ? tunnelled(proxy, url, { request, way })
    : forwarded(proxy, url, { request, way });
}

/** @param {Proxy} proxy @param {URL} url @param {Through} through */
async function forwarded(proxy, url, { request, way }) {
  const headers = { ...request.headers, ...authorization(proxy) };
  const asked = { ...way, path: url.origin + request.path, headers };
  return accepted(await answerTo(asked).catch(unreachable(proxy, url)), proxy, url);
}

/** @param {Proxy} proxy @param {URL} url @param {Through} through */
async function tunnelled(proxy, url, { request, way }) {
  const path = `${url.hostname}:${url.port || 443}`;
  const asked = { ...way, method: 'CONNECT', path, headers: { host: path, ...authorization(proxy) } };
  const { socket } = accepted(await answerTo(asked).catch(unreachable(proxy, url)), proxy, url);
  const host = request.hostname ?? '';
  const secure = { socket, host, servername: isIP(host) ? '' : host, ca: request.ca };
  return answerTo({ ...request, createConnection: () => tls.connect(secure) }).catch((error) => {
    const help = /CERT|SIGNATURE|ISSUER/.test(error.code) ? TRUST : '';
    throw new Error(`${error.message}, through ${proxy.name}${help}`);
  });
}

const TRUST = '; NODE_EXTRA_CA_CERTS names a file with more certificates to trust';

/** @param {URL} url */
function endpoint({ protocol, hostname, port }) {
  return { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port };
}

/**
 * @param {Options} options
 * @returns {Promise<http.IncomingMessage>} To CONNECT, its socket is the way to the target.
 */
function answerTo(options) {
  return new Promise((resolve, reject) => {
    const request = (options.protocol === 'https:' ? https : http).request(options);
    request.on('response', resolve);
    request.on('connect', resolve);
    request.on('error', (error) => reject(options.signal.aborted ? options.signal.reason : inWords(error)));
    request.end();
  });
}

/** @param {http.IncomingMessage} response @param {Proxy} proxy @param {URL} url */
function accepted(response, proxy, url) {
  const { statusCode: status = 0, headers, socket } = response;
  const forwarded = url.protocol === 'http:';
  // What else comes back through a proxy that forwards is the server's own answer.
  if (forwarded ? status !== 407 : status >= 200 && status < 300) return response;
  socket.destroy();
  const said = `${proxy.name} answered ${status} ${http.STATUS_CODES[status] ?? ''} for ${url.host}`;
  throw new Error(`${said}; ${status === 407 ? signIn(proxy, headers['proxy-authenticate']) : ALLOW}`);
}

const ALLOW = 'it has to allow that server, or ELECTRON_MIRROR to name one that it allows';

/** @param {Proxy} proxy @param {string | undefined} kinds */
function signIn({ address, setting }, kinds) {
  if (kinds && !/\bbasic\b/i.test(kinds)) return 'it takes no Basic sign-in, and there is no other here';
  if (address.username) return `the user or the password in ${setting} is not right`;
  return `it asks for a user and a password, in ${setting} as http://user:password@host:port`;
}

/** @param {Proxy} proxy @param {URL} url @returns {(error: NodeJS.ErrnoException) => never} */
function unreachable({ name, setting }, url) {
  return (error) => {
    const help = `correct ${setting}, or add ${url.hostname} to NO_PROXY to go without`;
    throw new Error(`${name} cannot be used: ${error.message}; ${help}`);
  };
}

/** Where every address of a host fails, only the single failures have words. @param {NodeJS.ErrnoException} error */
function inWords(error) {
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  error.message ||= first?.message || error.code;
  return error;
}

/** @param {Proxy} proxy @returns {Record<string, string>} */
function authorization({ address: { username, password } }) {
  if (!username) return {};
  const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { 'proxy-authorization': `Basic ${pair}` };
}

/** @param {string} text A lone percent sign is itself. */
function decoded(text) {
  return text.replace(/(%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  );
}

/** What npm trusts beside the public ones, such as a proxy that looks into connections. @param {NodeJS.ProcessEnv} environment */
function certificates({ npm_config_cafile: file, NODE_EXTRA_CA_CERTS: more }) {
  if (!file) return undefined;
  return [
    ...tls.rootCertificates,
    ...[file, more].flatMap((name) => (name ? [readFileSync(name, 'utf8')] : [])),
  ];
}
