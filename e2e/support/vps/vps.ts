import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port';
import { createKey, type KeyFile } from '../sshd';
import { until } from '../until';
import { addressOf, type ContainerOptions, runContainer } from './container';
import { docker, tryDocker } from './engine-command';
import { ensureVpsImage, type Release } from './image';
import { type Inside, inside } from './inside';
import { homeOf, VPS_USERS, type VpsUser } from './users';

const SSH_LIMIT_MS = 60_000;
const BANNER_MS = 2_000;
const ORDERLY_STOP_SECONDS = '30';

export interface VpsOptions {
  /** Its host name, and what other boxes of its network call it. Default `vps`. */
  name?: string;
  /** Default bookworm. */
  release?: Release;
  /** Default: none, as on a bare machine. */
  engine?: 'none' | 'installed';
  /** A small disk of its own for the inner engine, to be filled up. It is empty after a reboot. */
  dockerDiskBytes?: number;
}

export interface Vps extends Inside, AsyncDisposable {
  name: string;
  /** The published SSH port, through the engine's proxy: for a faster way see `address`. */
  host: string;
  port: number;
  /** The container on the machine's engine. */
  container: string;
  /** Signs in every user but `onetime`. */
  key: KeyFile;
  /** Its address on the engine's bridge, where its port 22 is; may be another one after a reboot. */
  address(): Promise<string>;
  /** Public lines as in `/etc/ssh/*.pub`, own ones for each box. */
  hostKeys(): Promise<string[]>;
  /** From now on these public keys sign in, and no others. */
  authorize(users: readonly VpsUser[], publicLines: string): Promise<void>;
  waitForSsh(): Promise<void>;
  /** An orderly one; resolves when SSH answers again. */
  reboot(): Promise<void>;
  /** As when the plug is pulled. */
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
}

/** The engine's proxy accepts connections also when nobody listens in the box: only the banner proves sshd. */
async function greets(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  socket.on('error', () => undefined);
  try {
    const [bytes]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(BANNER_MS) });
    return String(bytes).startsWith('SSH-');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function greetsItself(box: Inside): Promise<boolean> {
  const script = 'exec 3<>/dev/tcp/127.0.0.1/22 && head -c 4 <&3';
  return (await box.exec(['timeout', '2', 'bash', '-c', script])).stdout === 'SSH-';
}

/** As `startVps`; without a published port the machine itself is refused, only the network's other boxes are not. */
export async function startBox(
  options: VpsOptions,
  place: Pick<ContainerOptions, 'port' | 'network'>,
): Promise<Vps> {
  const { name = 'vps', release = 'bookworm', engine = 'none', dockerDiskBytes = null } = options;
  const directory = await mkdtemp(join(tmpdir(), 'bz-vps-'));
  const key = await createKey(join(directory, 'key'));
  const image = await ensureVpsImage(release, engine);
  const container = await runContainer({ image, hostname: name, dockerDiskBytes, ...place });
  const within = inside(container, release);

  async function waitForSsh(): Promise<void> {
    const check = () => (place.port === null ? greetsItself(within) : greets('127.0.0.1', place.port));
    await until(`${container} answers SSH`, check, SSH_LIMIT_MS);
  }
  async function authorize(users: readonly VpsUser[], publicLines: string): Promise<void> {
    const installs = users.map(
      (user) => `install -m 600 -o ${user} /run/keys ${homeOf(user)}/.ssh/authorized_keys`,
    );
    const script = ['cat > /run/keys', ...installs].join(' && ');
    const { exitCode, stderr } = await within.exec(['sh', '-c', script], `${publicLines}\n`);
    if (exitCode !== 0) throw new Error(`The keys were not written: ${stderr}`);
  }
  async function dispose(): Promise<void> {
    await tryDocker(['rm', '--force', '--volumes', container]);
    await rm(directory, { recursive: true, force: true });
  }

  try {
    await authorize(VPS_USERS, key.publicLine);
    await waitForSsh();
    if (engine === 'installed') await within.waitForEngine();
  } catch (error) {
    const { stdout, stderr } = await tryDocker(['logs', '--tail', '40', container]);
    await dispose();
    throw new Error(`The box did not start:\n${stdout}${stderr}`, { cause: error });
  }
  return {
    ...within,
    name,
    host: '127.0.0.1',
    port: place.port ?? 22,
    container,
    key,
    address: () => addressOf(container),
    hostKeys: async () => (await within.shell('cat /etc/ssh/ssh_host_*_key.pub')).trim().split('\n'),
    authorize,
    waitForSsh,
    async reboot() {
      await docker(['restart', '--time', ORDERLY_STOP_SECONDS, container]);
      await waitForSsh();
    },
    async powerOff() {
      await docker(['kill', container]);
    },
    async powerOn() {
      await docker(['start', container]);
      await waitForSsh();
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Needs a Docker Engine, mmdebstrap, root and, for the first one of a recipe, Debian's packages. */
export async function startVps(options: VpsOptions = {}): Promise<Vps> {
  return startBox(options, { port: await freePort(), network: null });
}
