import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalSession } from '../../main/adapters/local';
import { createHostsService } from '../../main/services/hosts';
import type { HostsService } from '../../main/services/hosts/face';
import type { Log } from '../../main/services/log';
import type { SettingsService } from '../../main/services/settings/face';
import { defaultSettings, type Host, type Settings } from '../../preload/contract';
import { type OwnEngine, startOwnEngine } from '../support/engine';

const NOTICE_LIMIT_MS = 5_000;
const RECOVERY_LIMIT_MS = 30_000;

function memorySettings(): SettingsService {
  let settings: Settings = defaultSettings;
  const listeners = new Set<(settings: Settings) => void>();
  return {
    path: '',
    get: () => settings,
    change(patch) {
      settings = { ...settings, ...patch };
      for (const listener of listeners) listener(settings);
      return settings;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The first state that fits, in the order they come. */
async function nextState<S extends Host['connection']['state']>(
  hosts: HostsService,
  state: S,
  limitMs: number,
): Promise<Extract<Host['connection'], { state: S }>> {
  const fits = (connection: Host['connection']): connection is Extract<Host['connection'], { state: S }> =>
    connection.state === state;
  for await (const connection of hosts.connection('env:DOCKER_HOST', AbortSignal.timeout(limitMs)))
    if (fits(connection)) return connection;
  throw new Error(`not ${state} within ${limitMs} ms`);
}

describe('hosts on a real engine', () => {
  let own: OwnEngine;
  let home: string;
  let hosts: HostsService;
  beforeAll(async () => {
    own = await startOwnEngine();
    home = await mkdtemp(join(tmpdir(), 'bz-home-'));
    const environment = { DOCKER_HOST: own.endpoint };
    hosts = createHostsService({
      openSession: (host) => createLocalSession({ hostId: host.id, endpoint: host.endpoint, environment }),
      settings: memorySettings(),
      environment,
      homeDirectory: home,
      now: Date.now,
      log: quiet,
    });
  });
  afterAll(async () => {
    await hosts.dispose();
    await own.stop();
    await rm(home, { recursive: true });
  });

  it('connects on demand and says what engine it is', async () => {
    expect((await hosts.selected()).connection).toEqual({ state: 'idle' });
    const session = await hosts.session('env:DOCKER_HOST');
    const { engineVersion, apiVersion } = await session.engine.info();
    const connection = (await hosts.selected()).connection;
    expect(connection).toMatchObject({ state: 'connected', engineVersion, apiVersion });
    expect(await hosts.session('env:DOCKER_HOST')).toBe(session);
    await expect(hosts.session('context:none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('notices a killed engine within five seconds and recovers when it is back', async () => {
    const before = await nextState(hosts, 'connected', RECOVERY_LIMIT_MS);
    const killedAt = Date.now();
    const noticed = nextState(hosts, 'unreachable', NOTICE_LIMIT_MS);
    await own.kill();
    const lost = await noticed;
    expect(lost.since - killedAt).toBeLessThan(NOTICE_LIMIT_MS);
    expect(lost.failure).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(lost.lastSeenAt).toBeGreaterThanOrEqual(before.since);
    await expect(hosts.session('env:DOCKER_HOST')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await own.start();
    const after = await nextState(hosts, 'connected', RECOVERY_LIMIT_MS);
    expect(after.since).toBeGreaterThan(killedAt);
    await (await hosts.session('env:DOCKER_HOST')).engine.ping();
  });

  it('notices an engine that hangs', async () => {
    await nextState(hosts, 'connected', RECOVERY_LIMIT_MS);
    const noticed = nextState(hosts, 'unreachable', NOTICE_LIMIT_MS + 1_000);
    const stoppedAt = Date.now();
    own.signal('SIGSTOP');
    const lost = await noticed.finally(() => own.signal('SIGCONT'));
    expect(lost.since - stoppedAt).toBeLessThan(NOTICE_LIMIT_MS);
    await nextState(hosts, 'connected', RECOVERY_LIMIT_MS);
  });

  it('shows an orderly restart in the list, once as lost and once as connected', async () => {
    const cancel = new AbortController();
    const states: string[] = [];
    const watching = (async () => {
      for await (const update of hosts.watch(cancel.signal)) {
        const items = update.type === 'snapshot' ? update.items : update.upsert;
        const state = items.find((host) => host.id === 'env:DOCKER_HOST')?.connection.state;
        if (state && state !== states.at(-1)) states.push(state);
      }
    })();
    await nextState(hosts, 'connected', RECOVERY_LIMIT_MS);
    const lost = nextState(hosts, 'unreachable', RECOVERY_LIMIT_MS);
    await own.restart();
    await lost;
    await nextState(hosts, 'connected', RECOVERY_LIMIT_MS);
    await expect.poll(() => states.slice(-2)).toEqual(['unreachable', 'connected']);
    cancel.abort();
    await watching;
  });
});
