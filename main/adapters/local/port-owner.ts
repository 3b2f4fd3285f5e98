/** Who listens on a TCP port of this machine. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';

const LISTENING = '0A';
const ANY_ADDRESS = new Set(['', '0.0.0.0', '::', '*']);
const V4_ANY = '00000000';
const V6_ANY = '0'.repeat(32);
const V4_IN_V6 = '0000000000000000FFFF0000';

export interface ListeningSocket {
  /** As the kernel prints it: hexadecimal, little-endian words. */
  address: string;
  port: number;
  inode: string;
}

/** Lines of /proc/net/tcp and tcp6 in state LISTEN. */
export function parseListening(table: string): ListeningSocket[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if (state !== LISTENING) return [];
    return [{ address, port: Number.parseInt(port, 16), inode }];
  });
}

function hexOf(ipv4: string): string {
  const bytes = ipv4.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return bytes.reverse().join('').toUpperCase();
}

/** Two listeners collide when either takes every address, or both take the same one. */
export function collides(socket: ListeningSocket, hostIp: string): boolean {
  if (ANY_ADDRESS.has(hostIp)) return true;
  if (socket.address === V4_ANY || socket.address === V6_ANY) return true;
  if (hostIp.includes(':')) return socket.address.length === V6_ANY.length;
  const wanted = hexOf(hostIp);
  return socket.address === wanted || socket.address === `${V4_IN_V6}${wanted}`;
}

async function ownsInode(pid: string, inodes: Set<string>): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const name of names) {
    const target = await readlink(`/proc/${pid}/fd/${name}`).catch(() => '');
    const match = /^socket:\[(\d+)\]$/.exec(target);
    if (match?.[1] && inodes.has(match[1])) return true;
  }
  return false;
}

/** Only the program's name: arguments of other programs may hold their passwords. */
async function nameOf(pid: string): Promise<string> {
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  return name ? `${name} (pid ${pid})` : `pid ${pid}`;
}

async function findOwner(inodes: Set<string>): Promise<string | null> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry));
  for (const pid of pids.reverse()) if (await ownsInode(pid, inodes)) return nameOf(pid);
  return null;
}

/** Where the kernel's table can't be read: a bind that fails says that somebody is there. */
function tryBind(hostIp: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error && error.code === 'EADDRINUSE'));
    server.listen({ host: ANY_ADDRESS.has(hostIp) ? undefined : hostIp, port, exclusive: true }, () =>
      server.close(() => resolve(false)),
    );
  });
}

export async function portOwner(
  hostIp: string,
  port: number,
): Promise<{ listening: boolean; process: string | null }> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => null)),
  );
  if (tables.every((table) => table === null))
    return { listening: await tryBind(hostIp, port), process: null };
  const sockets = tables.flatMap((table) => parseListening(table ?? ''));
  const taken = sockets.filter((socket) => socket.port === port && collides(socket, hostIp));
  if (taken.length === 0) return { listening: false, process: null };
  return { listening: true, process: await findOwner(new Set(taken.map((socket) => socket.inode))) };
}
