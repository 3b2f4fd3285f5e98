/**
 * A Docker Engine of Debian trixie (26.1, API 1.45) on an older release: an own engine whose daemon
 * has its own root file system, entered by pivot_root. A mere chroot does not do: the engine unpacks
 * images by remounting `/`, which must then be a mount. Needs root and mmdebstrap.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type OwnEngine, startOwnEngine } from './own-engine';

const run = promisify(execFile);
const ROOT_ARCHIVE = join(import.meta.dirname, '../../.cache/engine-trixie.tar');
const PACKAGES = '--include=docker.io,iptables,ca-certificates';

/** Runs inside a mount name space of its own; `$TMPDIR` stays where it was, for the engine's own paths lie there. */
const enter = (root: string) => `#!/bin/sh
set -e
[ "$INSIDE" ] || INSIDE=1 exec unshare --mount --propagation private "$0" "$@"
mount --bind '${root}' '${root}'
cd '${root}'
for each in proc sys dev; do mkdir -p $each; mount --rbind /$each $each; done
mkdir -p run old '.${tmpdir()}'
mount -t tmpfs tmpfs run
mount --rbind '${tmpdir()}' '.${tmpdir()}'
pivot_root . old
umount -l /old
exec dockerd "$@"
`;

/** As `startOwnEngine`; `stop` takes the root file system away too. */
export async function startModernEngine(): Promise<OwnEngine> {
  await obtainRoot();
  const directory = await mkdtemp(join(tmpdir(), 'modern-root-'));
  const root = join(directory, 'root');
  await mkdir(root);
  await run('tar', ['-xf', ROOT_ARCHIVE, '-C', root]);
  const dockerd = join(directory, 'dockerd');
  await writeFile(dockerd, enter(root));
  await chmod(dockerd, 0o755);
  const engine = await startOwnEngine({ dockerd });
  const stop = async () => {
    await engine.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { ...engine, stop };
}

async function obtainRoot(): Promise<void> {
  if (existsSync(ROOT_ARCHIVE)) return;
  await mkdir(join(ROOT_ARCHIVE, '..'), { recursive: true });
  const unfinished = `${ROOT_ARCHIVE}.${process.pid}.tar`;
  await run('mmdebstrap', ['--variant=minbase', PACKAGES, 'trixie', unfinished], { maxBuffer: 1 << 26 });
  await rename(unfinished, ROOT_ARCHIVE);
}
