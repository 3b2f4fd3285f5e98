/**
 * Which proxy is meant, by the rules of npm and curl: npm's own settings first (it hands them down as variables), lower case
 * before upper case, https_proxy for HTTPS alone.
 */
import { BlockList, isIP } from 'node:net';

/** @type {Record<string, string[]>} */
const SETTINGS = {
  'https:': ['npm_config_https_proxy', 'npm_config_proxy', 'https_proxy', 'HTTPS_PROXY'],
  'http:': ['npm_config_proxy', 'http_proxy', 'HTTP_PROXY'],
};
const EXCEPTIONS = ['npm_config_noproxy', 'no_proxy', 'NO_PROXY'];
const PORTS = new Map([
  ['http:', '80'],
  ['https:', '443'],
]);

/** @typedef {{ address: URL, name: string, setting: string }} Proxy The address may hold a password; the name, for people, does not. */

/** @param {URL} url @param {NodeJS.ProcessEnv} environment @returns {Proxy | null} */
export function proxyFor(url, environment) {
  const given = (/** @type {string} */ name) => Boolean(environment[name]);
  const setting = SETTINGS[url.protocol]?.find(given);
  if (!setting || isExempt(url, environment[EXCEPTIONS.find(given) ?? ''] ?? '')) return null;
  const text = environment[setting] ?? '';
  const address = text.includes('://') ? text : `http://${text}`;
  if (!/^https?:/i.test(address) || !URL.canParse(address))
    throw new Error(`${setting} does not hold the address of an HTTP proxy, as in http://host:port`);
  const { protocol, host } = new URL(address);
  return { address: new URL(address), name: `the proxy ${protocol}//${host} (${setting})`, setting };
}

/**
 * As curl does: a name stands for itself and all below it, an address for itself, with /bits for a range.
 * @param {URL} url
 * @param {string} exceptions Separated by commas or blanks.
 */
function isExempt(url, exceptions) {
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && covers(entry, url));
}

/** @param {string} entry @param {URL} url */
function covers(entry, { hostname, port, protocol }) {
  const host = hostname.replace(/^\[|\]$/g, '');
  const [, name = '', only] = isIP(entry) ? [entry, entry] : (/^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? []);
  if (only && only !== (port || PORTS.get(protocol))) return false;
  if (name === '*') return true;
  const [network = '', bits] = name.split('/');
  if (isIP(host)) return bits ? isInRange(host, network, Number(bits)) : host === name;
  const domain = name.replace(/^\*?\./, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

/** @param {string} host @param {string} network @param {number} bits */
function isInRange(host, network, bits) {
  const family = isIP(host) === 4 ? 'ipv4' : 'ipv6';
  const most = family === 'ipv4' ? 32 : 128;
  if (isIP(network) !== isIP(host) || !Number.isInteger(bits) || bits < 0 || bits > most) return false;
  const range = new BlockList();
  range.addSubnet(network, bits, family);
  return range.check(host, family);
}
