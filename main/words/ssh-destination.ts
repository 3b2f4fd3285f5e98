/** `[user@]host[:port]`, an alias, or `ssh://[user@]host[:port][/path]`, as the ssh and docker commands take it. */
export interface SshDestination {
  user: string | null;
  /** Without brackets. */
  host: string;
  port: number | null;
  /** Of an `ssh://` address: where the engine's socket is on the host. Empty when not given. */
  path: string;
}

const SCHEME = 'ssh://';
/** No blank, quote or shell sign, and nothing that could be taken for an option. */
const USER = /^[^-\s'"`$;&|<>\\/\p{Cc}][^\s'"`$;&|<>\\/\p{Cc}]*$/u;
const HOST = /^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u;
const ADDRESS_6 = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[\w.-]+)?$/;
const BRACKETED = /^\[([^\]]+)\](?::(\d+))?$/;
const NAMED = /^([^:]*)(?::(\d+))?$/;

/** Null for words that are no destination. */
export function parseSshDestination(text: string): SshDestination | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith(SCHEME)) return parsePlace(trimmed, '');
  const rest = trimmed.slice(SCHEME.length);
  const slash = rest.indexOf('/');
  if (slash < 0) return parsePlace(rest, '');
  return parsePlace(rest.slice(0, slash), rest.slice(slash).replace(/\/+$/, ''));
}

function parsePlace(text: string, path: string): SshDestination | null {
  const at = text.lastIndexOf('@');
  const user = at < 0 ? null : text.slice(0, at);
  const place = parseHost(text.slice(at + 1));
  if (place === null || (user !== null && !USER.test(user))) return null;
  return { user, ...place, path };
}

function parseHost(text: string): { host: string; port: number | null } | null {
  // A bare IPv6 address has several colons and no port.
  if (ADDRESS_6.test(text) && text.split(':').length > 2) return { host: text, port: null };
  const [, host = '', digits] = BRACKETED.exec(text) ?? NAMED.exec(text) ?? [];
  if (!HOST.test(host) && !ADDRESS_6.test(host)) return null;
  if (digits === undefined) return { host, port: null };
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { host, port } : null;
}

/** The shortest form that means the same: `user@host:port`, brackets around an address with colons. */
export function formatSshDestination({ user, host, port, path }: SshDestination): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${user === null ? '' : `${user}@`}${name}${port === null ? '' : `:${port}`}${path}`;
}
