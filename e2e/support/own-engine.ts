/**
 * A second Docker Engine beside the machine's own. It leaves the first one's packet filter and bridge alone:
 * `--iptables=false`, an own bridge, and one rule that lets traffic inside a bridge pass. Published ports go through
 * docker-proxy. No own address pools: with them a restarted engine deletes `docker0`, which is not its own.
 * Needs root.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalSession } from '../../main/adapters/local';
import { until } from './until';

const run = promisify(execFile);
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 40_000;

export interface OwnEngineOptions {
  /** Puts all of the engine's data on a tmpfs of this size, to be filled up. Default: on disk. */
  tmpfsBytes?: number;
  /** The program; default `dockerd` of the path. */
  dockerd?: string;
  /** Further ones of the daemon. */
  parameters?: string[];
}

export interface OwnEngine {
  /** In the rules and bridges that are its own. */
  tag: string;
  socketPath: string;
  /** `unix://…` of the socket. */
  endpoint: string;
  dataRoot: string;
  /** To the daemon alone: SIGSTOP makes it hang, SIGCONT lets it go on. */
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL to the daemon; its containers go on until `start`. */
  kill(): Promise<void>;
  /** After `kill`. Resolves when it answers. */
  start(): Promise<void>;
  /** An orderly stop and start. Resolves when it answers again. */
  restart(): Promise<void>;
  /** Ends it and takes away its processes, mounts, bridges, rules and files. */
  stop(): Promise<void>;
}

interface Site {
  tag: string;
  directory: string;
  socketPath: string;
  bridge: string;
  /** First three octets of the own bridge, as in `10.213.0`. */
  subnet: string;
  name: string;
}

async function createSite(): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'bz-engine-'));
  const tag = randomBytes(3).toString('hex');
  const subnet = await freeSubnet();
  const socketPath = join(directory, 's');
  return { tag, directory, socketPath, bridge: `bz${tag}`, subnet, name: `bz-${tag}` };
}

async function freeSubnet(): Promise<string> {
  const { stdout: routes } = await run('ip', ['route']);
  for (;;) {
    const subnet = `10.${randomInt(200, 250)}.${randomInt(0, 250)}`;
    if (!routes.includes(`${subnet}.`)) return subnet;
  }
}

/** With the bridge filter of the kernel on, even traffic inside one bridge needs the FORWARD chain's consent. */
function rule(site: Site, action: '-I' | '-D'): Promise<unknown> {
  const match = ['-m', 'physdev', '--physdev-is-bridged', '-m', 'comment', '--comment', site.name];
  return run('iptables', ['-w', action, 'FORWARD', ...match, '-j', 'ACCEPT']);
}

async function addNetwork(site: Site): Promise<void> {
  await run('ip', ['link', 'add', 'name', site.bridge, 'type', 'bridge']);
  await run('ip', ['addr', 'add', `${site.subnet}.1/24`, 'dev', site.bridge]);
  await run('ip', ['link', 'set', site.bridge, 'up']);
  await rule(site, '-I');
}

/** The engine's own record of its networks, readable also when it was killed. */
async function ownBridges(site: Site): Promise<Set<string>> {
  const path = join(site.directory, 'data/network/files/local-kv.db');
  const record = await readFile(path, 'latin1').catch(() => '');
  const names = [...record.matchAll(/"BridgeName":"(br-[0-9a-f]{12})"/g)].map((match) => match[1] ?? '');
  return new Set([site.bridge, ...names]);
}

async function removeNetwork(site: Site, bridges: Set<string>): Promise<void> {
  for (const bridge of bridges) await run('ip', ['link', 'del', bridge]).catch(() => undefined);
  await rule(site, '-D').catch(() => undefined);
}

function daemonArguments(site: Site): string[] {
  return [
    ...['--data-root', join(site.directory, 'data'), '--exec-root', join(site.directory, 'exec')],
    ...['--pidfile', join(site.directory, 'pid'), '--host', `unix://${site.socketPath}`],
    ...['--bridge', site.bridge],
    ...['--containerd-namespace', site.name, '--containerd-plugins-namespace', `${site.name}-plugins`],
    ...['--iptables=false', '--ip-masq=false', '--config-file', join(site.directory, 'daemon.json')],
  ];
}

async function alive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (!(await alive(pid))) return;
  process.kill(pid, signal);
  await until(`process ${pid} ended`, async () => !(await alive(pid)), STOP_LIMIT_MS);
}

interface Process {
  pid: number;
  parent: number;
  command: string;
}

async function processes(): Promise<Process[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    return pid ? [{ pid: Number(pid), parent: Number(parent), command: command.join(' ') }] : [];
  });
}

/**
 * containerd and its shims outlive a killed daemon and name the directory on their command line; the
 * containers' own processes do not, but are the shims' descendants.
 */
async function endLeftovers(site: Site): Promise<void> {
  const all = await processes();
  const ours = new Set(all.filter((one) => one.command.includes(site.directory)).map((one) => one.pid));
  for (let before = -1; before !== ours.size; ) {
    before = ours.size;
    for (const one of all) if (ours.has(one.parent)) ours.add(one.pid);
  }
  for (const pid of ours) await end(pid, 'SIGKILL');
}

async function endContainers(site: Site): Promise<void> {
  const session = createLocalSession({
    hostId: 'own',
    endpoint: `unix://${site.socketPath}`,
    environment: {},
  });
  const containers = await session.engine.listContainers([]).catch(() => []);
  const options = { force: true, volumes: true };
  await Promise.all(
    containers.map((container) =>
      session.engine.removeContainer(container.id, options).catch(() => undefined),
    ),
  );
  session.engine.close();
}

async function unmountAll(site: Site): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8');
  const points = mounts.split('\n').map((line) => line.split(' ')[1] ?? '');
  const ours = points.filter((point) => point.startsWith(site.directory)).sort((a, b) => b.length - a.length);
  for (const point of ours) await run('umount', ['-l', point]).catch(() => undefined);
}

/**
 * A killed daemon takes its containerd along, a moment later. The next daemon must neither take the dying
 * one for a running one nor, where nobody reaps it, the zombie: it would wait for it in vain.
 */
async function forgetContainerd(site: Site): Promise<void> {
  const path = join(site.directory, 'exec/containerd/containerd.pid');
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  if (pid <= 0) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes(site.directory)) await end(pid, 'SIGKILL');
  await rm(path);
}

/** The folder with the log goes when the test ends. */
async function lastWords(site: Site): Promise<string> {
  return (await readFile(join(site.directory, 'log'), 'utf8').catch(() => '')).slice(-4000);
}

async function answers(site: Site, child: ChildProcess): Promise<void> {
  const session = createLocalSession({
    hostId: 'own',
    endpoint: `unix://${site.socketPath}`,
    environment: {},
  });
  const check = async () => {
    if (child.exitCode !== null) throw new Error(`dockerd ended:\n${await lastWords(site)}`);
    return session.engine.ping().then(
      () => true,
      () => false,
    );
  };
  await until('the second engine answers', check, START_LIMIT_MS).finally(() => session.engine.close());
}

async function prepareFiles(site: Site, dataRoot: string, tmpfsBytes?: number): Promise<void> {
  await mkdir(dataRoot);
  // Given explicitly, so that the machine's own /etc/docker/daemon.json does not apply here.
  await writeFile(join(site.directory, 'daemon.json'), '{}');
  if (tmpfsBytes) await run('mount', ['-t', 'tmpfs', '-o', `size=${tmpfsBytes}`, 'tmpfs', dataRoot]);
}

export async function startOwnEngine(options: OwnEngineOptions = {}): Promise<OwnEngine> {
  const site = await createSite();
  const dataRoot = join(site.directory, 'data');
  let daemon: ChildProcess | null = null;

  async function start(): Promise<void> {
    await forgetContainerd(site);
    const log = await open(join(site.directory, 'log'), 'a');
    const parameters = [...daemonArguments(site), ...(options.parameters ?? [])];
    daemon = spawn(options.dockerd ?? 'dockerd', parameters, { stdio: ['ignore', log.fd, log.fd] });
    await answers(site, daemon).finally(() => log.close());
  }
  async function endDaemon(signal: NodeJS.Signals): Promise<void> {
    if (daemon?.pid) await end(daemon.pid, signal);
  }
  async function stop(): Promise<void> {
    await endContainers(site);
    await endDaemon('SIGTERM').catch(() => endDaemon('SIGKILL'));
    await endLeftovers(site);
    const bridges = await ownBridges(site);
    await unmountAll(site);
    await removeNetwork(site, bridges);
    await rm(site.directory, { recursive: true, force: true });
  }

  try {
    await addNetwork(site);
    await prepareFiles(site, dataRoot, options.tmpfsBytes);
    await start();
  } catch (error) {
    const words = await lastWords(site);
    await stop();
    throw new Error(`The second engine did not start:\n${words}`, { cause: error });
  }
  return {
    tag: site.tag,
    socketPath: site.socketPath,
    endpoint: `unix://${site.socketPath}`,
    dataRoot,
    signal(signal) {
      daemon?.kill(signal);
    },
    kill: () => endDaemon('SIGKILL'),
    start,
    restart: async () => {
      await endDaemon('SIGTERM');
      await start();
    },
    stop,
  };
}
