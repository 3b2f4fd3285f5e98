import type { Host } from '../../preload/contract';
import { formatBytes, formatCount } from '../lib/format';

type Connection = Host['connection'];

/** The state as a glyph name and a word; the word never depends on the colour. */
export const hostStates = {
  idle: { status: 'stopped', word: 'Not connected' },
  connecting: { status: 'starting', word: 'Connecting' },
  connected: { status: 'healthy', word: 'Connected' },
  unreachable: { status: 'unhealthy', word: 'Unreachable' },
  unsupported: { status: 'degraded', word: 'Unsupported' },
} as const satisfies Record<Connection['state'], { status: string; word: string }>;

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
