/** Hosts room: lists the engines of this machine's configuration, connects on demand, says which one is shown. */
import type { networkInterfaces } from 'node:os';
import type { Host, LinkReport } from '../../../preload/contract';
import { cancellable, sleep } from '../../streams/abortable';
import { createLiveList } from '../../streams/live-list';
import { createNotifier, type Notifier } from '../../streams/notifier';
import type { Log } from '../log';
import type { SettingsService } from '../settings/face';
import { createAddedHosts } from './added-hosts';
import type { HostsService } from './face';
import { type HostEndpoint, isOnThisMachine, type OpenSession } from './host-endpoint';
import { closedLink } from './link-follow';
import { watchNetwork } from './network-watch';
import { probeHops } from './probe-hops';
import { createHostRegistry } from './registry';
import type { SignIn } from './sign-in';
import type { SshConfig } from './ssh/face';
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
  /** Left out where no host is reached over SSH. */
  ssh?: { config: SshConfig; signIn: SignIn };
  /** This machine's network, looked at while the list is watched; left out where nothing is renewed by it. */
  interfaces?: typeof networkInterfaces;
  /** Called whenever the engine of a host has answered after it had not. */
  onConnected?: (hostId: string) => void;
}

export function createHostsService(deps: HostsDeps): HostsService {
  const live = createLiveList<Host>({ id: (host) => host.id, coalesceMs: COALESCE_MS, equals: sameHost });
  const supervisors = new Map<string, { endpoint: HostEndpoint; supervisor: Supervisor; stop: () => void }>();
  const concerns = createNotifier();
  const registry = createHostRegistry(deps);
  const added = createAddedHosts(registry, deps.settings, deps.ssh?.config);
  const life = new AbortController();
  const signIn = deps.ssh?.signIn;
  if (signIn) void signIn.onArrival(retryMissed, life.signal);

  async function discover() {
    const known = await registry.discover();
    live.set(known.hosts.map(toHost));
    return known;
  }

  async function chosen(): Promise<HostEndpoint> {
    return registry.choose(await discover());
  }

  function toHost(endpoint: HostEndpoint): Host {
    const { id, title, source } = endpoint;
    const known = registry.known();
    const selected = known !== null && registry.choose(known).id === id;
    const { link, connection } = shown(endpoint);
    return { id, title, source, endpoint: endpoint.endpoint, selected, link, connection };
  }

  function shown({ id, endpoint, unsupported }: HostEndpoint): {
    link: LinkReport | null;
    connection: Host['connection'];
  } {
    const supervisor = supervisors.get(id)?.supervisor;
    if (supervisor) return { link: supervisor.link(), connection: supervisor.connection() };
    const link = closedLink(endpoint);
    if (unsupported === null) return { link, connection: { state: 'idle' } };
    return { link, connection: { state: 'unsupported', reason: unsupported } };
  }

  /** A context may come to mean another endpoint under the same name: then it is another host. */
  function supervise(endpoint: HostEndpoint): Supervisor {
    const existing = supervisors.get(endpoint.id);
    if (existing?.endpoint.endpoint === endpoint.endpoint) return existing.supervisor;
    if (existing) void dismiss(endpoint.id);
    const supervisor = createSupervisor(endpoint, { ...deps, ...(signIn && { asking: signIn.asking }) });
    const ended = new AbortController();
    supervisors.set(endpoint.id, { endpoint, supervisor, stop: () => ended.abort() });
    concerns.notify();
    const publish = () => {
      if (live.get(endpoint.id)) live.upsert(toHost(endpoint));
    };
    void follow(supervisor.changes, publish, ended.signal);
    void follow(supervisor.linkChanges, publish, ended.signal);
    return supervisor;
  }

  const supervised = async (hostId: string) => supervise(await registry.require(hostId));

  function renew(reason: string): void {
    for (const { supervisor } of supervisors.values()) supervisor.renew(reason);
  }

  const concerned = () => [...supervisors.values()].some(({ endpoint }) => !isOnThisMachine(endpoint));
  function onLost(gone: ReadonlySet<string>): void {
    for (const { supervisor } of supervisors.values()) supervisor.moved(gone);
  }
  function onGained(): void {
    for (const { supervisor } of supervisors.values()) supervisor.hasten();
  }

  /** Questions nobody was there to answer are put again when somebody comes. */
  function retryMissed(hostIds: string[]): void {
    for (const id of hostIds) supervisors.get(id)?.supervisor.retry();
  }

  async function dismiss(id: string): Promise<void> {
    const entry = supervisors.get(id);
    supervisors.delete(id);
    entry?.stop();
    await entry?.supervisor.dispose();
  }

  /** Only the shown host is watched: connecting to all of them at start is what nobody asked for. */
  async function* watchAll(signal: AbortSignal) {
    let release = supervise(await chosen()).hold();
    const followChosen = async () => {
      const endpoint = await chosen();
      if (signal.aborted) return;
      const held = release;
      release = supervise(endpoint).hold();
      held();
    };
    const unsubscribe = deps.settings.onChange(() => void followChosen());
    const rescan = async () => {
      for (;;) {
        await sleep(RESCAN_MS, signal);
        await followChosen();
      }
    };
    rescan().catch(() => undefined);
    if (deps.interfaces)
      watchNetwork({ read: deps.interfaces, concerned, concerns, onLost, onGained }, signal).catch(
        (error: unknown) => {
          deps.log.warn('The network of this machine cannot be watched', { reason: String(error) });
        },
      );
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
    selected: async () => toHost(await chosen()),
    async select(hostId) {
      const host = await registry.require(hostId);
      deps.settings.change({ selectedHostId: host.id });
      await discover();
    },
    session: async (hostId, signal) => (await supervised(hostId)).session(signal),
    greeted: async (hostId, signal) => (await supervised(hostId)).greeted(signal),
    ssh: async (hostId) => (await supervised(hostId)).ssh(),
    retry: async (hostId) => (await supervised(hostId)).retry(),
    renew,
    connection: (hostId, signal) =>
      cancellable(signal, async function* (inner) {
        const supervisor = await supervised(hostId);
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
    aliases: async () => (await deps.ssh?.config.aliases()) ?? [],
    async add(destination, options = { remember: true }) {
      const host = await added.add(destination, options);
      await discover();
      return toHost(host);
    },
    async forget(hostId) {
      const host = await added.forget(hostId);
      // Before its connection ends: who still asks for it would otherwise be given a new one.
      await discover();
      await dismiss(host.id);
      await signIn?.forget(host.id);
    },
    probe: (hostId, signal) =>
      cancellable(signal, async function* (inner) {
        const supervisor = await supervised(hostId);
        yield* probeHops(await supervisor.ssh(), inner);
        if (supervisor.connection().state === 'unreachable') supervisor.retry();
      }),
    questions: (signal) => signIn?.watch(signal) ?? nothing(),
    answer: async (questionId, answer) => signIn?.answer(questionId, answer),
    async dispose() {
      life.abort();
      await Promise.all([...supervisors.keys()].map(dismiss));
    },
  };
}

async function* nothing(): AsyncGenerator<never, void> {}

async function follow(notifier: Notifier, act: () => void, signal: AbortSignal): Promise<void> {
  for (let seen = notifier.version; ; ) {
    const changed = await notifier.changed(seen, signal).then(
      () => true,
      () => false,
    );
    if (!changed) return;
    seen = notifier.version;
    act();
  }
}

function sameHost(a: Host, b: Host): boolean {
  return (
    a.connection === b.connection &&
    a.link === b.link &&
    a.selected === b.selected &&
    a.title === b.title &&
    a.endpoint === b.endpoint
  );
}
