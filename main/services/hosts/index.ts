/** Hosts room: lists the engines of this machine's configuration, connects on demand, says which one is shown. */
import type { Host } from '../../../preload/contract';
import { cancellable, sleep } from '../../streams/abortable';
import { createLiveList } from '../../streams/live-list';
import { DomainError } from '../errors';
import type { Log } from '../log';
import type { SettingsService } from '../settings/face';
import { type Discovery, discoverHosts } from './discover';
import type { HostsService } from './face';
import type { HostEndpoint, OpenSession } from './host-endpoint';
import { createSupervisor, type Supervisor } from './supervisor';

const COALESCE_MS = 50;
/** Contexts are changed by the docker command while the console is open. */
const RESCAN_MS = 5_000;

export interface HostsDeps {
  openSession: OpenSession;
  settings: SettingsService;
  environment: Record<string, string | undefined>;
  homeDirectory: string;
  platform?: NodeJS.Platform;
  now: () => number;
  log: Log;
}

export function createHostsService(deps: HostsDeps): HostsService {
  const live = createLiveList<Host>({ id: (host) => host.id, coalesceMs: COALESCE_MS, equals: sameHost });
  const supervisors = new Map<string, { endpoint: HostEndpoint; supervisor: Supervisor; stop: () => void }>();
  let known: Discovery | null = null;
  let reported = '';

  async function discover(): Promise<Discovery> {
    const platform = deps.platform ?? process.platform;
    known = await discoverHosts({
      environment: deps.environment,
      homeDirectory: deps.homeDirectory,
      platform,
    });
    const problems = known.problems.join('; ');
    if (problems !== reported) deps.log.warn('Docker configuration not fully readable', { problems });
    reported = problems;
    live.set(known.hosts.map(toHost));
    return known;
  }

  function choose(discovery: Discovery): HostEndpoint {
    const wanted = deps.settings.get().selectedHostId;
    const chosen = (wanted && find(discovery, wanted)) || discovery.hosts[0];
    if (chosen) return chosen;
    throw new DomainError('NOT_FOUND', { kind: 'host', name: 'any' }, 'No container engine is configured.');
  }

  function find(discovery: Discovery, id: string): HostEndpoint | undefined {
    const own = discovery.aliases.get(id) ?? id;
    return discovery.hosts.find((host) => host.id === own);
  }

  function toHost(endpoint: HostEndpoint): Host {
    const { id, title, source } = endpoint;
    const selected = known !== null && choose(known).id === id;
    return {
      id,
      title,
      source,
      endpoint: endpoint.endpoint,
      selected,
      link: null,
      connection: shown(endpoint),
    };
  }

  function shown(endpoint: HostEndpoint): Host['connection'] {
    const supervised = supervisors.get(endpoint.id);
    if (supervised) return supervised.supervisor.connection();
    return endpoint.unsupported === null
      ? { state: 'idle' }
      : { state: 'unsupported', reason: endpoint.unsupported };
  }

  async function require(hostId: string): Promise<HostEndpoint> {
    const found = (known && find(known, hostId)) ?? find(await discover(), hostId);
    if (found) return found;
    throw new DomainError(
      'NOT_FOUND',
      { kind: 'host', name: hostId },
      `The host ${hostId} is no longer configured. Choose another one.`,
    );
  }

  /** A context may come to mean another endpoint under the same name: then it is another host. */
  function supervise(endpoint: HostEndpoint): Supervisor {
    const existing = supervisors.get(endpoint.id);
    if (existing?.endpoint.endpoint === endpoint.endpoint) return existing.supervisor;
    if (existing) void dismiss(endpoint.id);
    const supervisor = createSupervisor(endpoint, deps);
    const ended = new AbortController();
    supervisors.set(endpoint.id, { endpoint, supervisor, stop: () => ended.abort() });
    void publish(endpoint, supervisor, ended.signal);
    return supervisor;
  }

  async function publish(endpoint: HostEndpoint, supervisor: Supervisor, signal: AbortSignal): Promise<void> {
    for (let seen = supervisor.changes.version; ; seen = supervisor.changes.version) {
      const changed = await supervisor.changes.changed(seen, signal).then(
        () => true,
        () => false,
      );
      if (!changed) return;
      if (live.get(endpoint.id)) live.upsert(toHost(endpoint));
    }
  }

  async function dismiss(id: string): Promise<void> {
    const entry = supervisors.get(id);
    supervisors.delete(id);
    entry?.stop();
    await entry?.supervisor.dispose();
  }

  /** Only the shown host is watched: connecting to all of them at start is what nobody asked for. */
  async function* watchAll(signal: AbortSignal) {
    let release = supervise(choose(await discover())).hold();
    const follow = async () => {
      const chosen = choose(await discover());
      if (signal.aborted) return;
      const held = release;
      release = supervise(chosen).hold();
      held();
    };
    const unsubscribe = deps.settings.onChange(() => void follow());
    const rescan = async () => {
      for (;;) {
        await sleep(RESCAN_MS, signal);
        await follow();
      }
    };
    rescan().catch(() => undefined);
    try {
      yield* live.watch(signal);
    } finally {
      unsubscribe();
      release();
    }
  }

  return {
    list: async () => (await discover()).hosts.map(toHost),
    watch: (signal) => cancellable(signal, watchAll),
    selected: async () => toHost(choose(await discover())),
    async select(hostId) {
      const host = await require(hostId);
      deps.settings.change({ selectedHostId: host.id });
      await discover();
    },
    session: async (hostId, signal) => supervise(await require(hostId)).session(signal),
    async retry(hostId) {
      supervise(await require(hostId)).retry();
    },
    connection: (hostId, signal) =>
      cancellable(signal, async function* (inner) {
        const supervisor = supervise(await require(hostId));
        const release = supervisor.hold();
        try {
          for (;;) {
            const seen = supervisor.changes.version;
            yield supervisor.connection();
            await supervisor.changes.changed(seen, inner);
          }
        } finally {
          release();
        }
      }),
    async dispose() {
      await Promise.all([...supervisors.keys()].map(dismiss));
    },
  };
}

function sameHost(a: Host, b: Host): boolean {
  return (
    a.connection === b.connection &&
    a.selected === b.selected &&
    a.title === b.title &&
    a.endpoint === b.endpoint
  );
}
