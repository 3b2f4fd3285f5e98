/** What a host says of itself, in words: one place for the switcher, the banner, Overview and Hosts. */
import { errorData, type HopReport, type Host } from '../../preload/contract';
import { formatBytes, formatCount } from '../lib/format';

type Connection = Host['connection'];
type Unreachable = Extract<Connection, { state: 'unreachable' }>;

export interface HostState {
  status: 'stopped' | 'starting' | 'running' | 'healthy' | 'unhealthy' | 'degraded' | 'foreign';
  /** Never depends on the colour. */
  word: string;
}

const states: Record<Connection['state'], HostState> = {
  idle: { status: 'stopped', word: 'Not connected' },
  connecting: { status: 'starting', word: 'Connecting' },
  connected: { status: 'healthy', word: 'Connected' },
  unreachable: { status: 'unhealthy', word: 'Unreachable' },
  unsupported: { status: 'degraded', word: 'Unsupported' },
};

/** Failures over SSH that end no sooner than a person acts. */
const personal: Partial<Record<Unreachable['failure']['code'], HostState>> = {
  HOST_KEY_CHANGED: { status: 'foreign', word: 'Host key changed' },
  HOST_KEY_UNKNOWN: { status: 'degraded', word: 'Host key not trusted' },
  AUTH_REQUIRED: { status: 'degraded', word: 'Sign-in needed' },
  CANCELLED: { status: 'degraded', word: 'Sign-in declined' },
};

/** The hop that failed in the newest attempt of a host over SSH. */
export function failedHop({ link }: Pick<Host, 'link'>): HopReport | null {
  return link?.hops.find((hop) => hop.state === 'failed') ?? null;
}

function runningHop({ link }: Pick<Host, 'link'>): HopReport | null {
  return link?.hops.find((hop) => hop.state === 'running') ?? null;
}

/** The machine answers and lets this user in, but no engine does: none there, not running, or not for this user. */
export function engineMissing(host: Pick<Host, 'link'>): boolean {
  const hop = failedHop(host)?.hop;
  return hop === 'socket' || hop === 'engine';
}

/** It stays as it is until somebody signs in, trusts a key or removes one. */
export function waitsForPerson({ link, connection }: Pick<Host, 'link' | 'connection'>): boolean {
  return link !== null && connection.state === 'unreachable' && connection.failure.code in personal;
}

function keyDeclined({ failure }: Unreachable): boolean {
  if (failure.code !== 'CANCELLED') return false;
  return errorData.CANCELLED.safeParse(failure.data).data?.declined?.question === 'host-key';
}

export function hostState({ link, connection }: Pick<Host, 'link' | 'connection'>): HostState {
  if (connection.state === 'idle' && link?.state === 'open') return { status: 'running', word: 'Link open' };
  if (link === null || connection.state !== 'unreachable') return states[connection.state];
  if (keyDeclined(connection)) return { status: 'degraded', word: 'Host key declined' };
  const waiting = personal[connection.failure.code];
  if (waiting !== undefined) return waiting;
  if (engineMissing({ link })) return { status: 'unhealthy', word: 'Engine not reached' };
  return connection.lastSeenAt === null ? states.unreachable : { status: 'unhealthy', word: 'Link lost' };
}

export const hopTitles: Record<HopReport['hop'], string> = {
  name: 'Name',
  tcp: 'TCP',
  banner: 'SSH banner',
  'host-key': 'Host key',
  'sign-in': 'Sign-in',
  shell: 'Shell',
  socket: 'Engine socket',
  engine: 'Engine version',
};

/** `stuck at TCP`, `at sign-in`; empty when it is not on its way, or its state says as much. */
export function stuckWords(host: Pick<Host, 'link' | 'connection'>): string {
  const { state } = host.connection;
  if (state === 'connecting') {
    const running = runningHop(host);
    return running === null ? '' : `at ${inSentence(hopTitles[running.hop])}`;
  }
  const told = waitsForPerson(host) || engineMissing(host);
  const hop = state === 'unreachable' && !told ? failedHop(host) : null;
  return hop === null ? '' : `stuck at ${inSentence(hopTitles[hop.hop])}`;
}

function inSentence(title: string): string {
  return /^[A-Z]{2}/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}

/** Local means the engine is asked over a socket of this machine. */
export function isLocal(endpoint: string): boolean {
  return /^(unix|npipe):/.test(endpoint) || /^(tcp|https?):\/\/(localhost|127\.|\[::1\])/.test(endpoint);
}

/** `Docker 20.10.24 · 2 CPUs · 7.8 GiB`, or an empty string while not connected. */
export function engineLine(connection: Connection): string {
  if (connection.state !== 'connected') return '';
  const { engineVersion, cpus, memoryBytes } = connection;
  return `Docker ${engineVersion} · ${formatCount(cpus, 'CPU')} · ${formatBytes(memoryBytes)}`;
}
