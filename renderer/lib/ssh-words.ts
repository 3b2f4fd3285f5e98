/** Destinations over SSH as a person types them, and the commands that lead to the same place. Pure. */

interface Place {
  user: string | null;
  /** Without brackets. */
  host: string;
  port: string | null;
}

const PLACE = /^(?:([^@/]*)@)?(?:\[([^\]]*)\]|([^:/]*))(?::([^/]*))?(?:\/.*)?$/;
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u;
const ADDRESS_6 = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[\w.-]+)?$/;
const HIGHEST_PORT = 65_535;

function placeOf(destination: string): Place | null {
  const text = destination.replace(/^ssh:\/\//, '');
  // A bare IPv6 address has several colons and no port.
  const bare = text.slice(text.lastIndexOf('@') + 1);
  if (ADDRESS_6.test(bare) && bare.split(':').length > 2)
    return { user: text.includes('@') ? text.slice(0, text.lastIndexOf('@')) : null, host: bare, port: null };
  const [, user, bracketed, named, port] = PLACE.exec(text) ?? [];
  const host = bracketed ?? named;
  return host === undefined ? null : { user: user ?? null, host, port: port ?? null };
}

function isPort(digits: string): boolean {
  const port = Number(digits);
  return /^\d+$/.test(digits) && port >= 1 && port <= HIGHEST_PORT;
}

/** What is wrong with a typed destination, in words; null when main can take it. Main has the last word. */
export function destinationFault(typed: string): string | null {
  const text = typed.trim();
  if (text === '') return 'A destination is needed, for example root@203.0.113.10';
  if (/\s/.test(text)) return 'A destination has no blanks';
  if (/^(?!ssh:)[a-z]+:\/\//.test(text)) return 'Only ssh:// addresses can be added here';
  const place = placeOf(text);
  if (place === null) return 'Expected user@host, user@host:port or an alias';
  const { user, host, port } = place;
  if (user !== null && (user === '' || user.startsWith('-'))) return 'The user before @ is missing';
  if (host === '') return 'The name or address of the machine is missing';
  if (!NAME.test(host) && !ADDRESS_6.test(host)) return `“${host}” is no host name or address`;
  return port === null || isPort(port) ? null : `The port is a number from 1 to ${HIGHEST_PORT}`;
}

/** As a POSIX shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `ssh root@203.0.113.10 -p 2222`; null for an endpoint that is not reached over SSH. */
export function sshCommand(endpoint: string): string | null {
  const place = endpoint.startsWith('ssh://') ? placeOf(endpoint) : null;
  if (place === null) return null;
  const { user, host, port } = place;
  const portWords = port === null ? '' : ` -p ${quoted(port)}`;
  return `ssh ${quoted(user === null ? host : `${user}@${host}`)}${portWords}`;
}

/** `docker -H ssh://root@203.0.113.10`. */
export function dockerCommand(endpoint: string): string {
  return `docker -H ${quoted(endpoint)}`;
}

/** What known_hosts calls a machine, `user@host:port`, that no HostKeyAlias names. */
export function keyNameOf(machine: string): string {
  const { host, port } = placeOf(machine) ?? { host: machine, port: null };
  return port === null || port === '22' ? host : `[${host}]:${port}`;
}

/** Removes every key from one known_hosts file that is there under this name. */
export function forgetKeyCommand(name: string, file: string): string {
  return `ssh-keygen -R ${quoted(name)} -f ${quoted(file)}`;
}
