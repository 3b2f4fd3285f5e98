/** Which agents hold the keys of this account where no configuration names one. */
import { readdir } from 'node:fs/promises';

export interface AgentSurroundings {
  environment: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  localUser: string;
  listPipes: () => Promise<string[]>;
}

export interface Agents {
  agent: string | null;
  furtherAgents: string[];
}

const PIPES = '\\\\.\\pipe\\';
const OPENSSH_PIPE = 'openssh-ssh-agent';
/** The user's name may hold dots; the hash is of a secret that Windows keeps for that user. */
const PAGEANT_PIPE = /^pageant\.(.+)\.[0-9a-f]+$/i;

/** Windows has all its named pipes in one folder. */
export function listNamedPipes(): Promise<string[]> {
  return readdir(PIPES);
}

export function onlyAgent(agent: string | null): Agents {
  return { agent, furtherAgents: [] };
}

/**
 * On Windows OpenSSH's agent and after it every Pageant of this user, which may hold different keys. A Pageant listens
 * on a named pipe since PuTTY 0.75 and speaks the ordinary protocol there. An older one answers window messages with
 * shared memory only, which nothing here can send. Pageant takes the user's name from the principal where there is one:
 * where that differs from the account's, `IdentityAgent` has to name the pipe (`pageant --openssh-config` writes that
 * line since 0.77).
 */
export async function usualAgents(surroundings: AgentSurroundings): Promise<Agents> {
  const { environment, platform, localUser, listPipes } = surroundings;
  if (environment.SSH_AUTH_SOCK) return onlyAgent(environment.SSH_AUTH_SOCK);
  if (platform !== 'win32') return onlyAgent(null);
  const pipes = await listPipes().catch(() => []);
  const isMine = (pipe: string) => PAGEANT_PIPE.exec(pipe)?.[1]?.toLowerCase() === localUser.toLowerCase();
  const pageants = pipes.filter(isMine).toSorted();
  // With neither of them there it is OpenSSH's that is missed.
  const hasOpenSsh = pageants.length === 0 || pipes.some((pipe) => pipe.toLowerCase() === OPENSSH_PIPE);
  const [agent = OPENSSH_PIPE, ...furtherAgents] = [...(hasOpenSsh ? [OPENSSH_PIPE] : []), ...pageants];
  return { agent: `${PIPES}${agent}`, furtherAgents: furtherAgents.map((pipe) => `${PIPES}${pipe}`) };
}
