/** Opens the console for one command: its services, the engine and the stack the options name. */
import type { Failure, Host } from '../../preload/contract';
import type { Console } from '../console';
import { DomainError, toFailure } from '../services/errors';
import type { HostsService } from '../services/hosts/face';
import type { OnStack } from '../services/stacks/face';
import type { CommandContext } from './context';
import type { CommonOptions } from './options';
import { answerOnTerminal } from './sign-in';
import type { Terminal } from './terminal';

export interface Opened {
  console: Console;
  stackId: string;
  /** Compose project name. */
  project: string;
  host: Host;
  on: OnStack;
  /** Why the files can't be read; only of a stack opened by `openReachable`. */
  unreadable: Failure | null;
}

/** Runs the work with everything open and closes it whatever happens. */
export async function withConsole<T>(
  { platform, terminal }: Pick<CommandContext, 'platform' | 'terminal'>,
  work: (console: Console) => Promise<T>,
): Promise<T> {
  const { createConsole } = await import('../console');
  const console = createConsole(platform);
  const ended = new AbortController();
  const answering = answerOnTerminal(console.services.hosts, terminal, ended.signal);
  // A question that could not be put fails where it was asked.
  answering.catch(() => undefined);
  try {
    return await work(console);
  } finally {
    ended.abort();
    await console.dispose();
  }
}

/**
 * Rejects with NOT_FOUND for an unknown stack or host, INVALID_COMPOSE for a file given with `-f` that is
 * wrong. A stack the console knows opens whatever became of its files: what is up must stay removable.
 */
export function openStack(console: Console, options: CommonOptions): Promise<Opened> {
  return open(console, options, { evenUnreadable: false, greet: greetHost });
}

/** Likewise for a command that plans: the engine is asked while the files are read. */
export function openToPlan(console: Console, options: CommonOptions): Promise<Opened> {
  const greet = ({ services }: Console, hostId: string) => services.stacks.anticipate(hostId);
  return open(console, options, { evenUnreadable: false, greet });
}

/**
 * For commands that need no more than the labels on the engine. While the files can't be read it says so and by
 * which name the project is looked for. Rejects with NOT_FOUND for an unknown stack or host.
 */
export async function openReachable(
  console: Console,
  terminal: Terminal,
  options: CommonOptions,
): Promise<Opened> {
  const opened = await open(console, options, { evenUnreadable: true, greet: greetHost });
  if (opened.unreadable !== null) noteUnreadable(opened, opened.unreadable, terminal);
  return opened;
}

function noteUnreadable({ project, host }: Opened, { message, data }: Failure, terminal: Terminal): void {
  const excerpt = typeof data.excerpt === 'string' && data.excerpt !== '' ? `    ${data.excerpt}\n` : '';
  const instead = `What ${host.title} has of project ${project} is told by its labels instead.`;
  terminal.note(`The definition can't be read: ${message}\n${excerpt}${instead}\n`);
}

async function open(
  console: Console,
  options: CommonOptions,
  { greet, ...reading }: { evenUnreadable: boolean; greet: (console: Console, hostId: string) => void },
): Promise<Opened> {
  const meeting = findHost(console, options.host).then((host) => {
    greet(console, host.id);
    return host;
  });
  const [stack, host] = await Promise.all([findStack(console, options, reading), meeting]);
  return { console, ...stack, host, on: { hostId: host.id, stackId: stack.stackId } };
}

/** Looks at no other stack than the one that is meant: reading them all would cost more than most commands. */
async function findStack(
  { services }: Console,
  options: CommonOptions,
  { evenUnreadable }: { evenUnreadable: boolean },
): Promise<Pick<Opened, 'project' | 'stackId' | 'unreadable'>> {
  if (options.file.length > 0) {
    const asked = { ...defineOptions(options), evenUnreadable };
    const { id, project, unreadable } = await services.stacks.define(options.file, asked);
    return { stackId: id, project, unreadable: unreadable?.failure ?? null };
  }
  const stackId = options.stack ?? services.settings.get().selectedStackId;
  const project = await services.stacks.projectName(stackId);
  const unreadable = evenUnreadable ? await readingFailure(services.stacks, stackId) : null;
  return { stackId, project, unreadable };
}

function readingFailure(stacks: Console['services']['stacks'], stackId: string): Promise<Failure | null> {
  return stacks.load(stackId).then(() => null, toFailure);
}

export function defineOptions({ project, profile, envFile }: CommonOptions) {
  return {
    ...(project !== undefined && { project }),
    ...(profile.length > 0 && { profiles: profile }),
    ...(envFile.length > 0 && { envFiles: envFile }),
  };
}

/** Connects while the files are read; a command that gets as far as needing the engine is told what failed. */
function greetHost({ services }: Console, hostId: string): void {
  services.hosts.greeted(hostId).catch(() => undefined);
}

/** The host `--host` means, else the chosen one. Rejects with NOT_FOUND, or INVALID_INPUT for a wrong destination. */
export async function findHost({ services }: Console, wanted: string | undefined): Promise<Host> {
  if (wanted === undefined) return services.hosts.selected();
  const known = await services.hosts.list();
  const names = ({ id, title, endpoint }: Host) => [id, title, endpoint, id.replace(/^[a-z]+:/, '')];
  const found = known.find((host) => names(host).includes(wanted));
  if (found) return found;
  if (await isDestination(services.hosts, wanted)) return services.hosts.add(wanted, { remember: false });
  const message = `There is no host "${wanted}"; known are ${known.map(({ id }) => id).join(', ')}, the aliases of the SSH configuration, and user@host.`;
  throw new DomainError('NOT_FOUND', { kind: 'host', name: wanted }, message);
}

/** A bare word is a destination only when the SSH configuration knows it: a mistyped context is no machine. */
async function isDestination(hosts: HostsService, wanted: string): Promise<boolean> {
  if (wanted.includes('@')) return true;
  return (await hosts.aliases()).some(({ alias }) => alias === wanted);
}
