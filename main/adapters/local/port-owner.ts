/** Who listens on a TCP port of this machine. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { collides, isAnyAddress, parseListening } from '../../words/listening';

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
    server.listen({ host: isAnyAddress(hostIp) ? undefined : hostIp, port, exclusive: true }, () =>
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
