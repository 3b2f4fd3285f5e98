/** The box's image: packages by mmdebstrap, kept as an archive; the rest by `machine/Dockerfile`. No registry is asked. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { docker, tryDocker } from './engine-command';

const run = promisify(execFile);
const RECIPE = join(import.meta.dirname, 'machine');
const CACHE = join(import.meta.dirname, '../../../.cache');
const REPOSITORY = 'bizosaas-e2e/vps';
/** mmdebstrap reports every package on standard error. */
const OUTPUT_BYTES = 64 * 1024 * 1024;

const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'init', 'dbus', 'openssh-server', 'sudo', 'apt', 'ca-certificates'],
  ...['iproute2', 'iptables', 'kmod', 'netbase', 'ifupdown', 'procps'],
  // For one-time codes and for a clock that goes wrong.
  ...['libpam-google-authenticator', 'libfaketime'],
];
const LEFT_OUT = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*'];

/** Debian 12 has Docker Engine 20.10, Debian 13 has 26.1. */
export type Release = 'bookworm' | 'trixie';

/** In trixie the command line is a package of its own. */
export const ENGINE_PACKAGES: Record<Release, string[]> = {
  bookworm: ['docker.io'],
  trixie: ['docker.io', 'docker-cli'],
};

function digest(...parts: (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 12);
}

async function recipeDigest(): Promise<string> {
  const names = (await readdir(RECIPE)).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(RECIPE, name))));
  return digest(...names, ...contents, PACKAGES.join(), LEFT_OUT.join(), JSON.stringify(ENGINE_PACKAGES));
}

async function isPresent(reference: string): Promise<boolean> {
  return (await tryDocker(['image', 'inspect', reference])).exitCode === 0;
}

async function rootArchive(release: Release, name: string): Promise<string> {
  const archive = join(CACHE, `${name}.tar`);
  if (existsSync(archive)) return archive;
  await mkdir(dirname(archive), { recursive: true });
  const unfinished = join(CACHE, `${name}.${process.pid}.tar`);
  const leftOut = LEFT_OUT.map((path) => `--dpkgopt=path-exclude=${path}`);
  const words = ['--variant=minbase', `--include=${PACKAGES.join(',')}`, ...leftOut, release, unfinished];
  await run('mmdebstrap', words, { maxBuffer: OUTPUT_BYTES });
  await rename(unfinished, archive);
  return archive;
}

async function ensureBase(release: Release): Promise<string> {
  const version = `${release}-${digest(PACKAGES.join(), LEFT_OUT.join())}`;
  const reference = `${REPOSITORY}-base:${version}`;
  if (!(await isPresent(reference)))
    await docker(['import', await rootArchive(release, `vps-${version}`), reference]);
  return reference;
}

/** Answers the image's reference; it is built when the engine lacks it, thus once for each change of the recipe. */
export async function ensureVpsImage(release: Release, engine: 'none' | 'installed'): Promise<string> {
  const kind = engine === 'installed' ? 'engine' : 'bare';
  const reference = `${REPOSITORY}:${release}-${kind}-${await recipeDigest()}`;
  if (await isPresent(reference)) return reference;
  const settings = [`BASE=${await ensureBase(release)}`, `PACKAGES=${ENGINE_PACKAGES[release].join(' ')}`];
  await docker([
    ...['build', '--quiet', '--network', 'host', '--target', kind, '--tag', reference],
    ...['--label', `bizosaas-e2e.vps=${release}-${kind}`],
    ...settings.flatMap((setting) => ['--build-arg', setting]),
    RECIPE,
  ]);
  return reference;
}
