/** For specs: a machine to sign in to, and a keychain that lives in memory. */
import type { Log } from '../log';
import type { Keychain, SshTarget } from './ssh/face';

export const quietLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function targetOf(host: string): SshTarget {
  return {
    alias: host,
    host,
    port: 22,
    user: 'me',
    identityFiles: [],
    identitiesOnly: false,
    agent: null,
    jumps: [],
    hostKeyName: host,
    knownHostsFiles: [],
    connectTimeoutMs: 1000,
    keepaliveIntervalMs: 1000,
    keepaliveCountMax: 3,
    unsupported: [],
  };
}

export function memoryKeychain(strength: Keychain['strength']): Keychain {
  const kept = new Map<string, string>();
  return {
    strength,
    read: async (key) => kept.get(key) ?? null,
    write: async (key, secret) => void kept.set(key, secret),
    remove: async (key) => void kept.delete(key),
    keys: async () => [...kept.keys()],
  };
}
