/** Trust room: which host keys are known, in the known_hosts files that the ssh command reads and writes too. */
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '../../errors';
import type { Log } from '../../log';
import type { HostTrust, PresentedHostKey, SshTarget } from '../ssh/face';
import { appendLine, hashName, isHashed, parseKnownHosts } from './known-hosts';
import { judgeKey, type KnownHostsFile, typesKnown } from './verdict';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const SALT_BYTES = 20;
const PERMISSIONS = 0o7777;

/** `verify` and `knownTypes` reject with HOST_UNREACHABLE when a file is there and can't be read: a key that is on it must not count as unknown. */
export function createHostTrust({ log }: { log: Log }): HostTrust {
  let writing: Promise<void> = Promise.resolve();
  return {
    async verify(target, key) {
      return judgeKey(await readFiles(target), target.hostKeyName, key);
    },
    remember(target, key) {
      const written = writing.then(() => remember(target, key, log));
      writing = written.catch(() => undefined);
      return written;
    },
    async knownTypes(target) {
      return typesKnown(await readFiles(target), target.hostKeyName);
    },
  };
}

async function readFiles({ host, knownHostsFiles }: SshTarget): Promise<KnownHostsFile[]> {
  const read = async (path: string) => {
    const content = await readIfThere(path).catch((error: unknown) => {
      throw unreadable(host, path, error);
    });
    return { path, lines: parseKnownHosts(content.toString('utf8')) };
  };
  return Promise.all(knownHostsFiles.map(read));
}

function unreadable(host: string, path: string, error: unknown): DomainError<'HOST_UNREACHABLE'> {
  const detail = `${path} can't be read: ${error instanceof Error ? error.message : String(error)}`;
  const message = `Whether the key of ${host} is known can't be told, so nothing was sent. ${detail}.`;
  return new DomainError('HOST_UNREACHABLE', { host, hop: 'host-key', detail }, message);
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Asked twice at a time the second finds the key there and writes nothing. */
async function remember({ knownHostsFiles, hostKeyName }: SshTarget, key: PresentedHostKey, log: Log) {
  const [path] = knownHostsFiles;
  if (path === undefined) return;
  await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const place = await whereToWrite(path);
  // As with `UserKnownHostsFile /dev/null`: there is nothing to keep, and nothing that may be replaced.
  if (place === null) return;
  const content = await readIfThere(place.path);
  const lines = parseKnownHosts(content.toString('utf8'));
  if (judgeKey([{ path, lines }], hostKeyName, key).kind === 'trusted') return;
  // The newest line shows whether HashKnownHosts is on.
  const newest = lines.findLast(({ marker }) => marker === 'none');
  const name =
    newest && isHashed(newest.names) ? hashName(hostKeyName, randomBytes(SALT_BYTES)) : hostKeyName;
  const line = `${name} ${key.type} ${key.blob.toString('base64')}`;
  await replace(place, appendLine(content, line));
  log.info('Host key remembered', {
    host: hostKeyName,
    type: key.type,
    fingerprint: key.fingerprint,
    file: path,
  });
}

interface Place {
  path: string;
  mode: number;
  owner: { uid: number; gid: number } | null;
}

/** The file behind symbolic links; null for what is no regular file. */
async function whereToWrite(path: string): Promise<Place | null> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    const { mode, uid, gid } = found;
    return found.isFile() ? { path: real, mode: mode & PERMISSIONS, owner: { uid, gid } } : null;
  } catch (error) {
    if (isMissing(error)) return { path, mode: OWNER_ONLY_FILE, owner: null };
    throw error;
  }
}

/** A reader meets the old file or the new one, never half of either. */
async function replace({ path, mode, owner }: Place, content: Buffer): Promise<void> {
  const unfinished = `${path}.${process.pid}.new`;
  try {
    await writeFile(unfinished, content, { mode: OWNER_ONLY_FILE });
    await chmod(unfinished, mode);
    // Only root can give files away; everybody else is the owner already.
    if (owner !== null && process.getuid?.() === 0) await chown(unfinished, owner.uid, owner.gid);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
