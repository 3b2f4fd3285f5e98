/**
 * One small program asks everything at once that the way to the engine depends on. It is also the first session
 * of the connection: on one that only forwards, OpenSSH answers about 40 ms late.
 */
import { type HopLog, hopFailure } from './hops';
import type { OpenLink } from './open-link';
import { runProgram } from './programs';
import { quote } from './quoting';
import { shellFailure } from './words';

export interface SocketFact {
  path: string;
  /** This account may open it. */
  accessible: boolean;
  /** `root docker`, as far as it could be read. */
  owner: string;
}

export interface ShellFacts {
  userId: number;
  user: string;
  groups: string[];
  /** In the order they are preferred. */
  sockets: SocketFact[];
  /** Programs that were found, such as `docker`, `dockerd`, `podman`, `perl`. */
  programs: Set<string>;
  /** `sudo -n true` succeeded. */
  sudo: boolean;
  /** Whether a service of the engine runs, where a process list tells. */
  running: boolean;
}

const MARK = 'bizosaas-shell';
const PROGRAMS = ['docker', 'dockerd', 'podman', 'perl', 'python3', 'socat', 'nc', 'sudo'];

/** Docker's, Docker's without root, Podman's, Podman's without root: what is not there is left out by the shell. */
const KNOWN_SOCKETS = [
  '/var/run/docker.sock',
  '"$r/docker.sock"',
  '/run/podman/podman.sock',
  '"$r/podman/podman.sock"',
];

/** Fits every POSIX shell; each line it prints is `name value`. */
export function shellQuestion(enginePath: string | null): string {
  const sockets = enginePath === null ? KNOWN_SOCKETS.join(' ') : quote(enginePath);
  return [
    `u=$(id -u); echo ${MARK}; echo "uid $u"; echo "user $(id -un)"; echo "groups $(id -Gn)"`,
    'r=$XDG_RUNTIME_DIR; [ -n "$r" ] || r=/run/user/$u',
    `for s in ${sockets}; do [ -S "$s" ] || continue; a=no; [ -r "$s" ] && [ -w "$s" ] && a=yes`,
    'set -- $(ls -ldL "$s" 2>/dev/null); echo "socket $a $s $3 $4"; done',
    `for p in ${PROGRAMS.join(' ')}; do command -v $p >/dev/null 2>&1 && echo "program $p"; done`,
    'if [ "$u" != 0 ] && command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then echo "sudo yes"; fi',
    'for f in /proc/[0-9]*/comm; do read -r c < "$f" && case $c in dockerd|podman) echo "running $c";; esac; done 2>/dev/null',
    'exit 0\n',
  ].join('\n');
}

function values(lines: string[], name: string): string[] {
  return lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
}

function toSocket(line: string): SocketFact {
  const [access = '', path = '', ...owner] = line.split(' ');
  return { path, accessible: access === 'yes', owner: owner.join(' ') };
}

/** Null when the answer is not this program's: the account has no shell of that kind. */
export function parseShellFacts(stdout: string): ShellFacts | null {
  const lines = stdout.split('\n').map((line) => line.trimEnd());
  const start = lines.indexOf(MARK);
  if (start < 0) return null;
  const said = lines.slice(start + 1);
  return {
    userId: Number(values(said, 'uid')[0] ?? -1),
    user: values(said, 'user')[0] ?? '',
    groups: (values(said, 'groups')[0] ?? '').split(' ').filter(Boolean),
    sockets: values(said, 'socket').map(toSocket),
    programs: new Set(values(said, 'program')),
    sudo: values(said, 'sudo').includes('yes'),
    running: values(said, 'running').length > 0,
  };
}

export async function askShell(
  link: OpenLink,
  enginePath: string | null,
  signal?: AbortSignal,
): Promise<ShellFacts> {
  const input = shellQuestion(enginePath);
  const { machine } = link.passage;
  const output = await runProgram(link, 'exec sh', { input, signal }).catch((error: unknown) => {
    if (link.failure || signal?.aborted) throw error;
    const refused = {
      finding: 'The server opened no session for a program.',
      advice: 'Check MaxSessions of its SSH server and the log.',
    };
    throw hopFailure('shell', machine, refused, error);
  });
  const facts = parseShellFacts(output.stdout);
  if (facts) return facts;
  throw hopFailure('shell', machine, shellFailure(output.exitCode, output.stderr || output.stdout));
}

export function askShellAsHop(
  link: OpenLink,
  enginePath: string | null,
  hops: HopLog,
  signal: AbortSignal,
): Promise<ShellFacts> {
  return hops.step('shell', link.passage.machine, async () => {
    const value = await askShell(link, enginePath, signal);
    const rights = value.userId === 0 ? 'root' : value.sudo ? 'sudo without a password' : 'no rights of root';
    return { value, finding: `${value.user} (${value.groups.join(', ')}), ${rights}.` };
  });
}
