/** The server's processes: a listener, and for each connection a tree below it. Linux, through /proc. */
import { readdir, readFile } from 'node:fs/promises';

interface Process {
  pid: number;
  parent: number;
  name: string;
}

/** The name stands in brackets and may hold spaces; state and parent follow it. */
function parseStat(text: string): Process | null {
  const match = /^(\d+) \((.*)\) \S (\d+)/s.exec(text);
  return match && { pid: Number(match[1]), name: match[2] ?? '', parent: Number(match[3]) };
}

async function allProcesses(): Promise<Process[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    names.map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')),
  );
  return texts.flatMap((text) => parseStat(text) ?? []);
}

/**
 * What the connections of a server run: `servers` are sshd's own processes, which newer versions call
 * sshd-session; `all` has their commands too. `roots` are the listener, not itself answered, and
 * servers that have lost theirs.
 */
export async function sessionProcesses(roots: number[]): Promise<{ servers: number[]; all: number[] }> {
  const [listener, ...orphans] = roots;
  const everything = await allProcesses();
  const below = (parent: number | undefined): Process[] =>
    everything.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  const isServer = (one: Process) => one.name.startsWith('sshd');
  const lost = everything.filter((one) => isServer(one) && orphans.includes(one.pid));
  const all = [...new Set([...below(listener), ...lost, ...lost.flatMap((one) => below(one.pid))])];
  const pids = (some: Process[]) => some.map((one) => one.pid);
  return { servers: pids(all.filter(isServer)), all: pids(all) };
}

export function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Ended meanwhile.
    }
  }
}
