/** How the engine of a machine is reached from its SSH connection, found out once for each connection. */
import { z } from 'zod';
import type { LinkReport } from '../../../preload/contract';
import { DomainError } from '../../services/errors';
import type { ChannelSocket } from './channel-socket';
import type { ClientChannel } from './driver';
import { advised, type Finding, type HopLog } from './hops';
import type { OpenLink } from './open-link';
import { throughProgram } from './program-socket';
import { relayCommand } from './relay-command';
import type { SessionPool } from './session-pool';
import type { ShellFacts, SocketFact } from './shell-facts';
import { sanitise } from './words';

export type Transport = NonNullable<LinkReport['transport']>;

export interface EngineWay {
  readonly transport: Transport;
  readonly path: string;
  /** A connection to the engine; rejects with a plain error, which engine-api words. */
  dial(): Promise<ChannelSocket>;
}

const QUICK_LIMIT_MS = 10_000;

function streamLocal(link: OpenLink, path: string): Promise<ChannelSocket> {
  const channel = new Promise<ClientChannel>((resolve, reject) => {
    link.client.openssh_forwardOutStreamLocal(path, (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
  return link.orLost(channel).then((opened) => link.adopt(opened, 'engine', { allowHalfOpen: false }));
}

const answerSchema = z.looseObject({ Version: z.string(), ApiVersion: z.string() });

/** Asks for the version in the plainest HTTP there is, to prove the way before it is used. */
async function askVersion(way: EngineWay): Promise<z.infer<typeof answerSchema>> {
  const socket = await way.dial();
  const timer = setTimeout(() => socket.destroy(new Error('no answer came in time')), QUICK_LIMIT_MS);
  try {
    // Left open: a newer engine takes the end of the input for a caller that has gone, and answers 500.
    socket.write('GET /version HTTP/1.0\r\nHost: engine.invalid\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    const [head = '', ...body] = answer.split('\r\n\r\n');
    const parsed = answerSchema.safeParse(readJson(body.join('\r\n\r\n')));
    if (!parsed.success) throw new Error(`it answered: ${sanitise(head || answer) || 'nothing'}`);
    return parsed.data;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export interface WayOptions {
  link: OpenLink;
  sessions: SessionPool;
  facts: ShellFacts;
  hostId: string;
  endpoint: string;
  enginePath: string | null;
}

function engineFailure(
  { hostId, endpoint, link }: WayOptions,
  { finding, advice }: Finding,
  cause?: unknown,
): Error {
  const message = `Docker Engine at ${endpoint} does not answer. ${[finding, advice].filter(Boolean).join(' ')}`;
  const detail = `${link.passage.machine}: ${finding}`;
  return advised(
    new DomainError('ENGINE_UNAVAILABLE', { host: hostId, endpoint, detail }, message, { cause }),
    advice,
  );
}

function noSocket({ facts, enginePath }: WayOptions): Finding {
  if (enginePath !== null && (facts.running || facts.programs.size === 0))
    return { finding: `There is no socket at ${enginePath}.`, advice: 'Check the path of the engine.' };
  const installed =
    facts.programs.has('dockerd') || facts.programs.has('podman') || facts.programs.has('docker');
  const place = enginePath === null ? 'No engine socket was found' : `There is no socket at ${enginePath}`;
  if (!installed)
    return {
      finding: `${place}: no container engine is installed.`,
      advice: 'Prepare the machine, or install Docker Engine.',
    };
  return { finding: `${place}: the engine does not run.`, advice: 'Start it: sudo systemctl start docker' };
}

function noPermission({ facts }: WayOptions, socket: SocketFact): Finding {
  const group = socket.owner.split(' ')[1] ?? 'docker';
  return {
    finding: `${facts.user} may not open ${socket.path}: not in the group "${group}".`,
    advice: `Prepare the machine, or run "sudo usermod -aG ${group} ${facts.user}" there and sign in anew.`,
  };
}

function candidateWays(options: WayOptions, socket: SocketFact): EngineWay[] {
  const { link, facts, sessions } = options;
  const { path } = socket;
  const command = relayCommand(facts.programs, path);
  const direct: EngineWay = { transport: 'streamlocal', path, dial: () => streamLocal(link, path) };
  const dial = async (words: string) => (await throughProgram(sessions, words, 'engine')).socket;
  const relayed: EngineWay[] = command ? [{ transport: 'dial-stdio', path, dial: () => dial(command) }] : [];
  const asRoot: EngineWay[] =
    command && facts.sudo
      ? [{ transport: 'sudo-dial-stdio', path, dial: () => dial(`sudo -n ${command}`) }]
      : [];
  return socket.accessible ? [direct, ...relayed] : asRoot;
}

/** The first way on which an engine answers. Rejects with ENGINE_UNAVAILABLE and what is in the way. */
export async function findWay(options: WayOptions, hops: HopLog): Promise<EngineWay> {
  const { machine } = options.link.passage;
  const way = await hops.step('socket', machine, async () => {
    const { sockets } = options.facts;
    const socket = sockets.find((one) => one.accessible) ?? sockets[0];
    if (!socket) throw engineFailure(options, noSocket(options));
    const ways = candidateWays(options, socket);
    if (ways.length === 0 && !socket.accessible) throw engineFailure(options, noPermission(options, socket));
    const value = await firstOpen(options, ways, socket);
    return { value, finding: `${socket.path}, ${TRANSPORT_WORDS[value.transport]}.` };
  });
  return hops.step('engine', machine, async () => {
    const version = await askVersion(way).catch((error: unknown) => {
      throw options.link.failure ?? noAnswer(options, way.path, error);
    });
    return { value: way, finding: `Version ${version.Version}, API ${version.ApiVersion}.` };
  });
}

const TRANSPORT_WORDS: Record<Transport, string> = {
  streamlocal: 'forwarded by the SSH server',
  'dial-stdio': 'through programs, as the SSH server forwards no sockets',
  'sudo-dial-stdio': 'through programs with sudo, as the account may not open it',
};

/** A forwarded channel opens only when the socket took it; a program has to be asked something. */
async function prove(way: EngineWay): Promise<void> {
  if (way.transport === 'streamlocal') (await way.dial()).destroy();
  else await askVersion(way);
}

async function firstOpen(options: WayOptions, ways: EngineWay[], socket: SocketFact): Promise<EngineWay> {
  let last: unknown;
  for (const way of ways) {
    try {
      await prove(way);
      return way;
    } catch (error) {
      if (options.link.failure) throw options.link.failure;
      last = error;
    }
  }
  throw noAnswer(options, socket.path, last);
}

function noAnswer(options: WayOptions, path: string, cause: unknown): Error {
  const said = cause instanceof Error ? sanitise(cause.message) : '';
  const finding = `${path} exists, but no engine answers: ${said}.`;
  return engineFailure(options, { finding, advice: 'Start it: sudo systemctl start docker' }, cause);
}
