/** Disk, memory, ports and programs of the other machine, each asked by one small program. */
import { cancelled, DomainError } from '../../services/errors';
import type { CommandResult, HostSession } from '../../services/hosts/host-session';
import { collides, parseListening } from '../../words/listening';
import { type Answer, askerOf } from './asker';
import { hopFailure } from './hops';
import type { OpenLink } from './open-link';
import { type Output, runProgram } from './programs';
import { commandLine, quote } from './quoting';

type OpenShared = (signal?: AbortSignal) => Promise<OpenLink>;
type MachineCalls = Pick<HostSession, 'run' | 'freeDisk' | 'availableMemory' | 'portOwner'>;

const KIBIBYTE = 1024;
const NOT_FOUND_EXIT = 127;
const MISSING = 'bizosaas-missing-program';

/**
 * For sh, on its input: no login shell but sh ever reads the words, whatever the account's is. `command -v` first,
 * so that a program's own 127 is an answer and a missing one is not.
 */
export function guarded(command: string, args: string[]): string {
  const check = `command -v ${quote(command)} >/dev/null 2>&1 || { echo ${MISSING} >&2; exit ${NOT_FOUND_EXIT}; }`;
  return `${check}\nexec ${commandLine(command, args)} </dev/null\n`;
}

/** `df -PB1` and the like: total, used and free in the columns 2 to 4 of the last line. */
export function parseDisk(stdout: string): { freeBytes: number; totalBytes: number } | null {
  const [, total, , free] = (stdout.trim().split('\n').at(-1) ?? '').trim().split(/\s+/);
  if (!total || !free || !/^\d+$/.test(total) || !/^\d+$/.test(free)) return null;
  return { freeBytes: Number(free) * KIBIBYTE, totalBytes: Number(total) * KIBIBYTE };
}

/** Climbs to the parent that exists; the root alone stands for no path of this machine but itself. */
function diskQuestion(path: string): string {
  return [
    `p=${quote(path)}`,
    'while [ ! -e "$p" ]; do case $p in /*/*) p=$(dirname -- "$p");; *) exit 3;; esac; done',
    'df -Pk -- "$p"',
  ].join('\n');
}

const PORT_TABLES = 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null';

/** One walk over the open files of the processes this account may look into. */
function ownerQuestion(inodes: string[]): string {
  const names = inodes.map((inode) => `-lname 'socket:\\[${inode}\\]'`).join(' -o ');
  return [
    `f=$(find /proc/[0-9]*/fd -maxdepth 1 \\( ${names} \\) -print -quit 2>/dev/null)`,
    'p=$(echo "$f" | cut -d/ -f3); [ -n "$p" ] && echo "$p $(cat /proc/$p/comm 2>/dev/null)"',
  ].join('\n');
}

export function createMachineCalls(open: OpenShared): MachineCalls {
  async function ask(script: string, signal?: AbortSignal): Promise<Answer> {
    try {
      return await askerOf(await open(signal)).ask(script, signal);
    } catch (error) {
      throw signal?.aborted ? cancelled('The question') : error;
    }
  }

  async function run(command: string, args: string[], signal?: AbortSignal): Promise<CommandResult> {
    const stop = () => cancelled(`Run ${command}`);
    if (signal?.aborted) throw stop();
    try {
      const link = await open(signal);
      const input = guarded(command, args);
      const output = await runProgram(link, 'exec sh', { input, killable: true, signal });
      return finish(link, command, output);
    } catch (error) {
      throw signal?.aborted ? stop() : error;
    }
  }

  async function ownerOf(inodes: string[], signal?: AbortSignal): Promise<string | null> {
    const { stdout } = await ask(ownerQuestion(inodes), signal);
    const [pid, ...name] = stdout.trim().split(' ');
    if (!pid) return null;
    return name.length > 0 ? `${name.join(' ')} (pid ${pid})` : `pid ${pid}`;
  }

  return {
    run,
    async freeDisk(path, signal) {
      const { exitCode, stdout } = await ask(diskQuestion(path), signal);
      return exitCode === 0 ? parseDisk(stdout) : null;
    },
    async availableMemory(signal) {
      const { stdout } = await ask('cat /proc/meminfo', signal);
      const match = /^MemAvailable:\s+(\d+) kB$/m.exec(stdout);
      return match ? Number(match[1]) * KIBIBYTE : null;
    },
    async portOwner(hostIp, port, signal) {
      const { stdout } = await ask(PORT_TABLES, signal);
      const sockets = parseListening(stdout);
      const taken = sockets.filter((socket) => socket.port === port && collides(socket, hostIp));
      if (taken.length === 0) return { listening: false, process: null };
      return {
        listening: true,
        process: await ownerOf(
          taken.map((socket) => socket.inode),
          signal,
        ),
      };
    },
  };
}

function finish(link: OpenLink, command: string, output: Output): CommandResult {
  const { exitCode, stdout, stderr } = output;
  if (exitCode === NOT_FOUND_EXIT && stderr.includes(MISSING)) {
    const data = { kind: 'program', name: command };
    throw new DomainError(
      'NOT_FOUND',
      data,
      `The program ${command} was not found on ${link.passage.machine}.`,
    );
  }
  if (exitCode !== null) return { exitCode, stdout, stderr };
  const finding = `${command} ended without an exit code.`;
  throw hopFailure('program', link.passage.machine, { finding, advice: '' });
}
