/** For specs: a session over SSH whose engine and link do as they are told. */
import type { HopReport, LinkReport } from '../../../preload/contract';
import { raceSignal } from '../../streams/abortable';
import { createNotifier } from '../../streams/notifier';
import type { EngineInfo, EnginePort } from './engine';
import type { SshSession } from './ssh/face';

const INFO: EngineInfo = {
  id: 'engine',
  engineVersion: '26.1.5',
  apiVersion: '1.45',
  operatingSystem: 'Debian',
  kernel: '6',
  architecture: 'x86_64',
  cpus: 2,
  memoryBytes: 1,
  rootDirectory: '/var/lib/docker',
  storageDriver: 'overlay2',
  cgroupVersion: '2',
  rootless: false,
};

const HOP = { machine: 'me@box:22', durationMs: 1, finding: '', advice: '' };
const HOPS: HopReport[] = [
  { ...HOP, hop: 'tcp', state: 'passed' },
  { ...HOP, hop: 'engine', state: 'failed' },
];

export interface SessionControl {
  ping: () => Promise<void>;
  /** What the engine offers, and when it has said the rest of itself. */
  apiVersion: string;
  info: () => Promise<void>;
  pings: number;
  renewed: string[];
  /** This machine's address of the connection. */
  localAddress: string | null;
  setLink(state: LinkReport['state']): void;
}

export function sshSession(): { session: SshSession; control: SessionControl } {
  const changes = createNotifier();
  let state: LinkReport['state'] = 'open';
  const control: SessionControl = {
    ping: async () => undefined,
    apiVersion: INFO.apiVersion,
    info: async () => undefined,
    pings: 0,
    renewed: [],
    localAddress: null,
    setLink(next) {
      state = next;
      changes.notify();
    },
  };
  const channels = { engine: 0, engineIdle: 0, programs: 0, forwards: 0, bulk: 0 };
  const report = (): LinkReport => ({
    ...{ state, since: 1, hops: [], transport: null, handshakes: 1, channels, roundTripMs: null },
    ...{ sentBytes: 0, receivedBytes: 0 },
  });
  const session: SshSession = {
    hostId: 'ssh:me@box',
    endpoint: 'ssh://me@box',
    engine: engineOf(control),
    link: { report, changes, localAddress: () => control.localAddress },
    renew: (reason) => void control.renewed.push(reason),
    async probe(onHop) {
      for (const hop of HOPS) onHop(hop);
      return HOPS;
    },
    run: refuse,
    connectTcp: refuse,
    freeDisk: async () => null,
    availableMemory: async () => null,
    portOwner: refuse,
    runAsRoot: refuse,
    withBulk: refuse,
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { session, control };
}

/** Only what the hosts room itself calls. */
function engineOf(control: SessionControl): EnginePort {
  const known: Partial<EnginePort> = {
    async ping() {
      control.pings += 1;
      await control.ping();
    },
    apiVersion: async () => control.apiVersion,
    async info() {
      await control.info();
      return { ...INFO, apiVersion: control.apiVersion };
    },
    async *events(_options, signal) {
      await raceSignal(new Promise<never>(() => undefined), signal);
    },
    close: () => undefined,
  };
  return new Proxy({} as EnginePort, {
    get: (_, name) => known[name as keyof EnginePort] ?? refuse,
  });
}

async function refuse(): Promise<never> {
  throw new Error('Not part of this spec.');
}
