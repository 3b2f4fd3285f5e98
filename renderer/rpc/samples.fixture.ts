/** One of each thing the lists of main hold, for the window's specs: what a spec is about it changes in a copy. */
import type { HopReport, Host, ServiceRow, Stack } from '../../preload/contract';

export const localHost: Host = {
  id: 'socket:default',
  title: 'default',
  source: 'socket',
  endpoint: 'unix:///var/run/docker.sock',
  selected: true,
  link: null,
  connection: {
    state: 'connected',
    since: 0,
    engineVersion: '20.10.24',
    apiVersion: '1.41',
    operatingSystem: 'Debian 12',
    cpus: 2,
    memoryBytes: 1e9,
    advice: null,
  },
};

export const shopStack: Stack = {
  id: 'shop',
  title: 'Shop',
  project: 'shop',
  files: ['/srv/shop/compose.yaml'],
  builtIn: false,
  sandbox: false,
  containers: 1,
  unfinished: null,
};

export const webRow: ServiceRow = {
  id: 'web',
  title: 'Web',
  tier: 'Front ends',
  tierOrder: 0,
  side: 'front',
  unit: 'service',
  defined: true,
  containerId: 'c1',
  containerName: 'shop-web-1',
  image: 'nginx:1',
  verdict: { state: 'healthy', since: 1, observedAt: 1, source: 'probe', reason: 'answers', evidence: null },
  engineState: 'running',
  engineHealth: null,
  startedAt: 1,
  exitCode: null,
  restarts: 0,
  lastOomAt: null,
  ports: [],
  webUrl: null,
  usage: null,
};

export const MACHINE = 'root@vps:22';
export const VPS_ID = 'ssh:root@vps';

const link: NonNullable<Host['link']> = {
  state: 'closed',
  since: 0,
  hops: [],
  transport: null,
  handshakes: 0,
  channels: { engine: 0, engineIdle: 0, programs: 0, forwards: 0, bulk: 0 },
  roundTripMs: null,
  sentBytes: 0,
  receivedBytes: 0,
};

export const vps: Host = {
  id: VPS_ID,
  title: 'root@vps',
  source: 'added',
  endpoint: 'ssh://root@vps',
  selected: true,
  link,
  connection: { state: 'idle' },
};

export function hop(
  name: HopReport['hop'],
  state: HopReport['state'],
  change: Partial<HopReport> = {},
): HopReport {
  return { hop: name, machine: MACHINE, state, durationMs: 3, finding: '', advice: '', ...change };
}

type Away = Extract<Host['connection'], { state: 'unreachable' }>;

/** The VPS with a way that ended in the last of these hops. */
export function awayVps(failure: Away['failure'], hops: HopReport[], lastSeenAt: number | null = null): Host {
  const connection: Away = { state: 'unreachable', since: 1, failure, lastSeenAt, nextAttemptAt: null };
  return { ...vps, link: { ...link, hops }, connection };
}
