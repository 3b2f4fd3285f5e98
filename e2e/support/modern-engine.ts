/**
 * A Docker Engine of Debian trixie (26.1, API 1.45) on an older release: its own root file system,
 * entered by pivot_root in a mount name space of its own. A mere chroot does not do: the engine
 * unpacks images by remounting `/`, which must then be a mount. It has no bridge of its own, so it
 * leaves the machine's `docker0` alone; networks that a stack defines work. Needs root.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openTestSession } from './engine';
import { until } from './until';

const run = promisify(execFile);
const ROOT_ARCHIVE = join(import.meta.dirname, '../../.cache/engine-trixie.tar');
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 20_000;

const ENTER = `
set -e
cd "$1"
mount --bind root root
for each in proc sys dev; do mkdir -p root/$each; mount --rbind /$each root/$each; done
mkdir -p root/run root/shared root/old
mount -t tmpfs tmpfs root/run
mount --bind shared root/shared
cd root
pivot_root . old
umount -l /old
exec dockerd --data-root /data --exec-root /run/docker --pidfile /run/docker.pid -H unix:///shared/docker.sock \\
  --bridge none --cgroup-parent /modern-engine --default-address-pool base=10.201.0.0/16,size=24
`;

export interface ModernEngine {
  /** `unix://…` */
  endpoint: string;
  stop(): Promise<void>;
}

export async function startModernEngine(): Promise<ModernEngine> {
  await obtainRoot();
  const directory = await mkdtemp(join(tmpdir(), 'modern-engine-'));
  for (const name of ['root', 'root/data', 'shared']) await mkdir(join(directory, name));
  await run('tar', ['-xf', ROOT_ARCHIVE, '-C', join(directory, 'root')]);
  const enter = ['--mount', '--propagation', 'private', 'sh', '-c', ENTER, 'enter', directory];
  const daemon = spawn('unshare', enter, { stdio: 'ignore' });
  const endpoint = `unix://${join(directory, 'shared/docker.sock')}`;
  await until('the modern engine answers', () => answers(endpoint, daemon), START_LIMIT_MS);
  return { endpoint, stop: () => stop(daemon, directory) };
}

async function obtainRoot(): Promise<void> {
  if (existsSync(ROOT_ARCHIVE)) return;
  await mkdir(join(ROOT_ARCHIVE, '..'), { recursive: true });
  const packages = '--include=docker.io,iptables,ca-certificates';
  await run('mmdebstrap', ['--variant=minbase', packages, 'trixie', ROOT_ARCHIVE], { maxBuffer: 1 << 26 });
}

async function answers(endpoint: string, daemon: ChildProcess): Promise<boolean> {
  if (daemon.exitCode !== null) throw new Error(`The modern engine ended with ${daemon.exitCode}.`);
  const session = openTestSession(endpoint);
  try {
    await session.engine.ping();
    return true;
  } catch {
    return false;
  } finally {
    session.engine.close();
  }
}

async function stop(daemon: ChildProcess, directory: string): Promise<void> {
  daemon.kill('SIGTERM');
  await until(
    'the modern engine ended',
    () => daemon.exitCode !== null || daemon.signalCode !== null,
    STOP_LIMIT_MS,
  );
  await rm(directory, { recursive: true, force: true });
}
