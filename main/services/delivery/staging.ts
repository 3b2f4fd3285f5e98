/**
 * The folder on the host where bytes wait until the engine takes them. It outlives a lost link and a cancelled
 * delivery, so that the next one goes on where this one ended; what is older than a day goes.
 */
import { Readable } from 'node:stream';
import { quote } from '../../words/shell';
import type { HostSession } from '../hosts/host-session';
import type { BulkChannel } from '../hosts/ssh/face';
import { foreignStaging, refused } from './failures';
import { type Output, runScript } from './remote';

const KIBIBYTE = 1024;
const KEPT_MINUTES = 24 * 60;
const FOREIGN = 73;
/** In /var/tmp, which survives a restart and is a disk where /tmp may be memory. */
const ENTER = 'umask 077; d=/var/tmp/bizosaas-delivery-$(id -un)';

export interface Disk {
  /** Where it is mounted. */
  mount: string;
  freeBytes: number;
}

export interface Staged {
  folder: string;
  /** Name → bytes that are there. */
  files: Map<string, number>;
  /** Of the folder. */
  disk: Disk;
  /** Of the engine's data; the folder's where it can't be told. */
  engineDisk: Disk;
}

/** Makes the folder for this account alone, or takes it as it was left. */
export async function openStaging(
  bulk: BulkChannel,
  engineRoot: string,
  signal: AbortSignal,
): Promise<Staged> {
  const script = [
    ENTER,
    `mkdir -p "$d" && [ -d "$d" ] && [ ! -L "$d" ] && [ -O "$d" ] || { echo "$d" >&2; exit ${FOREIGN}; }`,
    'chmod 700 "$d" && cd "$d" || exit 1',
    `find . -mindepth 1 -mmin +${KEPT_MINUTES} -exec rm -rf {} + 2>/dev/null`,
    'echo "folder $d"',
    `for p in "$d" ${quote(engineRoot)}; do df -Pk "$p" 2>/dev/null | tail -n 1 | while read -r _ _ _ f _ m; do echo "disk $f $m"; done; done`,
    'for f in *; do [ -f "$f" ] && echo "file $(wc -c < "$f") $f"; done; exit 0',
  ].join('; ');
  const output = await runScript(bulk, script, { signal });
  if (output.exitCode === FOREIGN) throw foreignStaging(output.stderr.trim());
  if (output.exitCode !== 0) throw refused('prepare the staging folder', output.stderr);
  return parseStaging(output.stdout);
}

export function parseStaging(text: string): Staged {
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/));
  const of = (kind: string) => rows.filter(([first]) => first === kind);
  const disks = of('disk').map(([, free, ...mount]) => ({
    mount: mount.join(' '),
    freeBytes: Number(free) * KIBIBYTE,
  }));
  const unknown: Disk = { mount: '', freeBytes: Number.POSITIVE_INFINITY };
  const disk = disks[0] ?? unknown;
  return {
    folder: of('folder')[0]?.[1] ?? '',
    files: new Map(of('file').map(([, size, name]) => [name ?? '', Number(size)])),
    disk,
    engineDisk: disks[1] ?? disk,
  };
}

/** A small file, whole or not at all. */
export async function putSmall(
  bulk: BulkChannel,
  name: string,
  content: Buffer,
  signal: AbortSignal,
): Promise<Output> {
  const folder = name.includes('/') ? `mkdir -p ${name.slice(0, name.lastIndexOf('/'))} && ` : '';
  const script = `${ENTER}; cd "$d" || exit 1; ${folder}cat > ${name}.new && mv ${name}.new ${name}`;
  return runScript(bulk, script, { input: Readable.from([content]), signal });
}

/** Over the shared connection, which is there when the bulk one is gone. The folder itself goes once it is empty. */
export async function removeStaged(
  session: HostSession,
  names: string[],
  signal?: AbortSignal,
): Promise<void> {
  const removal = names.length === 0 ? 'true' : `rm -rf ${names.join(' ')}`;
  const script = `${ENTER}; cd "$d" 2>/dev/null || exit 0; ${removal}; cd /; rmdir "$d" 2>/dev/null; exit 0`;
  await session.run('sh', ['-c', script], signal);
}

/** Of these files: what is there now. */
export async function stagedBytes(
  session: HostSession,
  names: string[],
  signal?: AbortSignal,
): Promise<{ folder: string; bytes: number }> {
  const script = `${ENTER}; echo "folder $d"; cd "$d" 2>/dev/null || exit 0; for f in ${names.join(' ')}; do [ -f "$f" ] && echo "file $(wc -c < "$f") $f"; done; exit 0`;
  const { folder, files } = parseStaging((await session.run('sh', ['-c', script], signal)).stdout);
  return { folder, bytes: [...files.values()].reduce((sum, size) => sum + size, 0) };
}

/** A pipeline in the folder, as the last step of the delivery. */
export function inStaging(command: string): string {
  return `${ENTER}; cd "$d" || exit 1; ${command}`;
}
