/** Turns what the engine says about a failed step into a sentence that names the cause and the next act. */
import { DomainError, hasCode, isAway, isDomainError } from '../../errors';
import type { HostSession } from '../../hosts/host-session';

/** The connection is gone and can't be made again without a person: who signs in, and whose key it is, is theirs to say. */
export function needsPerson(error: unknown): boolean {
  return (['AUTH_REQUIRED', 'HOST_KEY_UNKNOWN', 'HOST_KEY_CHANGED'] as const).some((code) =>
    hasCode(error, code),
  );
}

/** The daemon is gone, going or coming, or the link to it is: nothing said in this state is about the service. */
export function isEngineLost(error: unknown): error is DomainError {
  if (isAway(error) || needsPerson(error)) return true;
  if (!hasCode(error, 'ENGINE_REJECTED') || error.data.status < 500) return false;
  return /shutting down|dial unix \S+ connect: connection refused|context canceled|transport is closing|ttrpc: closed|containerd.*(not running|unavailable)/i.test(
    error.data.detail,
  );
}

const DISK_FULL = /no space left on device/i;
const PORT_TAKEN = [
  /Bind for (\S*?):(\d+) failed: port is already allocated/i,
  /listen (?:tcp|udp)[46]? (\S*?):(\d+): bind: address already in use/i,
  /failed to bind host port(?: for)? (\S*?):(\d+)[:/ ]/i,
];

/** The registry of an engine error about missing or wrong credentials; null for any other text. */
function wantsSignIn(text: string): string | null {
  if (!/no basic auth credentials|unauthorized/i.test(text)) return null;
  return /https?:\/\/([^/\s]+)\/v2\//.exec(text)?.[1] ?? null;
}

/** Address and port of an engine error about a taken port; null for any other text. */
export function takenPort(text: string): { hostIp: string; port: number } | null {
  for (const pattern of PORT_TAKEN) {
    const match = pattern.exec(text);
    if (match?.[2] !== undefined)
      return { hostIp: (match[1] ?? '').replace(/^\[|\]$/g, ''), port: Number(match[2]) };
  }
  return null;
}

/** The same failure with a sentence for a full disk; every other one as it is. */
export async function clarified(session: HostSession, error: unknown): Promise<unknown> {
  if (!hasCode(error, 'ENGINE_REJECTED') || !DISK_FULL.test(error.message)) return error;
  return new DomainError(error.code, error.data, await diskSentence(session), { cause: error });
}

/** One or two sentences for the service's row. Never rejects. */
export async function explain(session: HostSession, error: unknown): Promise<string> {
  const text = error instanceof Error ? error.message : String(error);
  const port = takenPort(text);
  if (port !== null) return portSentence(session, port);
  if (DISK_FULL.test(text)) return diskSentence(session);
  if (/invalid mount config.*bind source path does not exist: (\S+)/i.test(text)) {
    return `A folder to mount does not exist on the host. ${text}`;
  }
  const registry = wantsSignIn(text);
  if (registry !== null) return `${text}. Sign in with: docker login ${registry}. Then apply again.`;
  return isDomainError(error) ? text : `The step failed: ${text}`;
}

async function diskSentence(session: HostSession): Promise<string> {
  const root = await session.engine.info().then(
    (info) => info.rootDirectory,
    () => 'its root directory',
  );
  return `The engine's disk is full (${root} has no space left). Free space there, for example with: docker image prune. Then apply again.`;
}

async function portSentence(session: HostSession, taken: { hostIp: string; port: number }): Promise<string> {
  const owner = await portHolder(session, taken).catch(() => null);
  const by = owner === null ? 'another program' : owner;
  return `Port ${taken.port} on the host is taken by ${by}. Stop it, or publish another port in the Compose file, then apply again.`;
}

async function portHolder(
  session: HostSession,
  { hostIp, port }: { hostIp: string; port: number },
): Promise<string | null> {
  const containers = await session.engine.listContainers([]);
  const holder = containers.find(
    ({ state, ports }) => state === 'running' && ports.some(({ published }) => published === port),
  );
  if (holder !== undefined) return `container ${holder.name}`;
  const { process } = await session.portOwner(hostIp === '' ? '0.0.0.0' : hostIp, port);
  return process === null ? null : `process ${process}`;
}
