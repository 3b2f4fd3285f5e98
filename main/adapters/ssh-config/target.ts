/** From effective values to one machine to sign in to. */
import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { SshTarget } from '../../services/hosts/ssh/face';
import { type AgentSurroundings, type Agents, onlyAgent, usualAgents } from './agents';
import { badConfiguration, type Effective, first } from './effective';
import { splitWords } from './files';

export interface TargetOptions extends AgentSurroundings {
  homeDirectory: string;
}

export type Machine = Omit<SshTarget, 'jumps'>;

const SSH_PORT = 22;
const CONNECT_TIMEOUT_MS = 10_000;
/** A lost link has to show within fifteen seconds, whatever interval suits a terminal. */
const LONGEST_KEEPALIVE_MS = 4_000;
const NOTICE_LOSS_MS = 12_000;
const USUAL_KEYS = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'id_xmss', 'id_dsa'];
const SYSTEM_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
const NOWHERE = '/dev/null';

/** `alias` is the host as it was asked for, without user and port. */
export async function toMachine(
  alias: string,
  effective: Effective,
  options: TargetOptions,
): Promise<Machine> {
  const user = first(effective, 'user') ?? options.localUser;
  const port = numberOf(effective, 'port', SSH_PORT);
  const named = first(effective, 'hostname') ?? alias;
  const host = named.replaceAll('%h', alias).replaceAll('%%', '%').toLowerCase();
  const expand = expander({ alias, host, port, user }, options);
  const keepaliveIntervalMs = keepaliveInterval(effective);
  return {
    alias,
    host,
    port,
    user,
    identityFiles: await existing(identityFiles(effective).map(expand)),
    identitiesOnly: first(effective, 'identitiesonly')?.toLowerCase() === 'yes',
    ...(await agentsOf(effective, expand, options)),
    hostKeyName: hostKeyName(host, port, first(effective, 'hostkeyalias')),
    knownHostsFiles: knownHostsFiles(effective).map(expand),
    connectTimeoutMs: numberOf(effective, 'connecttimeout', 0) * 1000 || CONNECT_TIMEOUT_MS,
    keepaliveIntervalMs,
    keepaliveCountMax: keepaliveCount(effective, keepaliveIntervalMs),
    unsupported: [...effective.notes, ...unsupportedOf(effective)],
  };
}

/** Destinations of ProxyJump in the order they are passed; empty without one. */
export function jumpsOf(effective: Effective): string[] {
  const jumps = first(effective, 'proxyjump') ?? 'none';
  return jumps.toLowerCase() === 'none' ? [] : jumps.split(',').map((jump) => jump.trim());
}

function numberOf(effective: Effective, name: string, usual: number): number {
  const value = first(effective, name);
  if (value === undefined || value === 'none') return usual;
  const seconds = durationSeconds(value);
  if (Number.isInteger(seconds)) return seconds;
  throw badConfiguration('', `${name} ${value} is no number`);
}

const UNIT_SECONDS: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `90`, `1m30s`: sshd_config(5), TIME FORMATS. */
function durationSeconds(text: string): number {
  if (!/^(\d+[smhdwSMHDW]?)+$/.test(text)) return Number.NaN;
  const parts = [...text.toLowerCase().matchAll(/(\d+)([a-z]?)/g)];
  return parts.reduce((sum, [, digits, unit = '']) => sum + Number(digits) * (UNIT_SECONDS[unit] ?? 1), 0);
}

function keepaliveInterval(effective: Effective): number {
  const wantedMs = numberOf(effective, 'serveraliveinterval', 0) * 1000;
  return Math.min(wantedMs || LONGEST_KEEPALIVE_MS, LONGEST_KEEPALIVE_MS);
}

function keepaliveCount(effective: Effective, intervalMs: number): number {
  const wanted = Math.max(1, numberOf(effective, 'serveralivecountmax', 3));
  return Math.min(wanted, Math.floor(NOTICE_LOSS_MS / intervalMs) - 1);
}

function identityFiles(effective: Effective): string[] {
  const files = effective.values.get('identityfile') ?? USUAL_KEYS.map((name) => `~/.ssh/${name}`);
  return files.filter((file) => file.toLowerCase() !== 'none').map(unquote);
}

function knownHostsFiles(effective: Effective): string[] {
  const user = pathsOf(effective, 'userknownhostsfile') ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
  const system = pathsOf(effective, 'globalknownhostsfile') ?? SYSTEM_KNOWN_HOSTS;
  const isNone = (paths: string[]) => paths[0]?.toLowerCase() === 'none';
  // The first file is written to, and that must never be one of the system's.
  return [...(isNone(user) ? [NOWHERE] : user), ...(isNone(system) ? [] : system)];
}

/** `ssh -G` prints several paths on one line without quotes: what begins no path belongs to the one before. */
function pathsOf(effective: Effective, name: string): string[] | undefined {
  const values = effective.values.get(name);
  if (values === undefined || values.length > 1) return values;
  const paths: string[] = [];
  for (const word of splitWords(values[0] ?? '')) {
    const begins = isAbsolute(word) || /^(~|%|none$)/i.test(word);
    const last = paths.pop();
    if (last === undefined) paths.push(word);
    else if (begins) paths.push(last, word);
    else paths.push(`${last} ${word}`);
  }
  return paths;
}

function unquote(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}

function hostKeyName(host: string, port: number, alias: string | undefined): string {
  if (alias !== undefined && alias !== 'none') return alias.toLowerCase();
  return port === SSH_PORT ? host : `[${host}]:${port}`;
}

async function agentsOf(
  effective: Effective,
  expand: (text: string) => string,
  options: TargetOptions,
): Promise<Agents> {
  const wanted = unquote(first(effective, 'identityagent') ?? 'SSH_AUTH_SOCK');
  if (wanted.toLowerCase() === 'none') return onlyAgent(null);
  if (wanted === 'SSH_AUTH_SOCK') return usualAgents(options);
  if (!wanted.startsWith('$')) return onlyAgent(expand(wanted));
  return onlyAgent(options.environment[wanted.slice(1).replace(/^\{(.*)\}$/, '$1')] || null);
}

type Subject = Pick<SshTarget, 'alias' | 'host' | 'port' | 'user'>;

/** `~`, `${NAME}` and the tokens of ssh_config(5) that name files. */
function expander(subject: Subject, options: TargetOptions): (text: string) => string {
  const { homeDirectory, environment, localUser } = options;
  const tokens: Record<string, string> = {
    '%': '%',
    d: homeDirectory,
    h: subject.host,
    n: subject.alias,
    p: String(subject.port),
    r: subject.user,
    u: localUser,
    i: String(process.getuid?.() ?? ''),
    l: hostname(),
    L: hostname().split('.', 1)[0] ?? '',
  };
  return (text) => {
    const named = text
      .replace(/\$\{(\w+)\}/g, (whole, name: string) => environment[name] ?? whole)
      .replace(/%([%a-zA-Z])/g, (whole, token: string) => tokens[token] ?? whole);
    const path = named.startsWith('~/') ? join(homeDirectory, named.slice(2)) : named;
    return isAbsolute(path) || path === '' ? path : join(process.cwd(), path);
  };
}

async function existing(paths: string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => [path],
        () => [],
      ),
    ),
  );
  return [...new Set(found.flat())];
}

/** Settings that change the way in; `none` and the usual values are left out. */
function unsupportedOf(effective: Effective): string[] {
  const said: [name: string, words: string][] = [
    ['proxycommand', 'ProxyCommand is not run. Use ProxyJump to pass through another machine.'],
    ['certificatefile', 'CertificateFile is not used: user certificates are not supported.'],
    ['pkcs11provider', 'PKCS11Provider is not used. Add its keys to the agent.'],
    ['knownhostscommand', 'KnownHostsCommand is not run. Known keys are read from files only.'],
  ];
  return said.flatMap(([name, words]) => {
    const value = first(effective, name);
    return value === undefined || value.toLowerCase() === 'none' ? [] : [words];
  });
}
