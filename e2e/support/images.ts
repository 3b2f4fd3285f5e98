/** Images for tests, made here: no registry is asked for anything. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { hasCode } from '../../main/services/errors';
import type { HostSession } from '../../main/services/hosts/host-session';
import { readTar } from './tar';

const run = promisify(execFile);
const REFERENCE = 'bizosaas-e2e/tiny:2';
const CACHE = join(tmpdir(), 'bizosaas-e2e-cache');
const EXECUTABLE = 0o755;

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function unpackBusybox(into: string): Promise<string> {
  await run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', 'busybox'], { cwd: into });
  const archive = (await readdir(into)).find((name) => name.endsWith('.deb'));
  if (!archive) throw new Error('apt-get download busybox left no package');
  await run('dpkg', ['-x', archive, 'root'], { cwd: into });
  return join(into, 'root/bin/busybox');
}

/** Debian's busybox. Downloaded once per machine; two runs at once end with one file. */
async function busybox(): Promise<string> {
  const kept = join(CACHE, 'busybox');
  if (await exists(kept)) return kept;
  await mkdir(CACHE, { recursive: true });
  const scratch = await mkdtemp(join(CACHE, 'unpack-'));
  await rename(await unpackBusybox(scratch), kept);
  await rm(scratch, { recursive: true, force: true });
  return kept;
}

/** The dynamic build with its libraries: the static one crashes when it looks up a name. */
async function libraries(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
}

/** A root file system with `sh`, `httpd`, `nc`, `wget` and the rest of busybox. */
export async function tinyRootFs(): Promise<Readable> {
  const program = await busybox();
  const applets = (await run(program, ['--list'])).stdout.trim().split('\n');
  const tar = pack();
  for (const name of ['bin/', 'etc/', 'tmp/', 'www/', 'proc/', 'sys/', 'dev/'])
    tar.entry({ name, type: 'directory', mode: EXECUTABLE });
  tar.entry({ name: 'bin/busybox', mode: EXECUTABLE }, await readFile(program));
  for (const path of await libraries(program))
    tar.entry({ name: path.slice(1), mode: EXECUTABLE }, await readFile(path));
  for (const applet of applets.filter((name) => name !== 'busybox'))
    tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' });
  tar.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/:/bin/sh\n');
  tar.entry({ name: 'www/index.html' }, 'tiny\n');
  tar.finalize();
  return readTar(tar);
}

/** Answers the reference of a 4 MB image with sh, httpd and nc; made on the engine when it isn't there. */
export async function tinyImage(session: HostSession): Promise<string> {
  try {
    await session.engine.inspectImage(REFERENCE);
  } catch (error) {
    if (!hasCode(error, 'NOT_FOUND')) throw error;
    await session.engine.importImage(await tinyRootFs(), REFERENCE, ['CMD ["sh"]']);
  }
  return REFERENCE;
}
