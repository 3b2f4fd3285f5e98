/**
 * The SshConfig port: effective values from `ssh -G` where the ssh command exists, else from the files
 * themselves. Both give the same, which a test holds against the real command.
 */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { SshConfig, SshTarget } from '../../services/hosts/ssh/face';
import { formatSshDestination, parseSshDestination, type SshDestination } from '../../words/ssh-destination';
import { listNamedPipes } from './agents';
import { listAliases } from './aliases';
import { askClient } from './client';
import { badConfiguration, type Effective } from './effective';
import { readConfigFile } from './files';
import { computeEffective } from './parsed';
import { jumpsOf, type TargetOptions, toMachine } from './target';

const SYSTEM_CONFIG = '/etc/ssh/ssh_config';
const MOST_JUMPS = 8;

export interface SshConfigOptions {
  environment: Record<string, string | undefined>;
  homeDirectory: string;
  platform?: NodeJS.Platform;
  /** The ssh command; null reads the files without it. */
  client?: string | null;
  /** Read in place of the user's and the system's own. */
  configFile?: string;
  listPipes?: () => Promise<string[]>;
}

export function createSshConfig(options: SshConfigOptions): SshConfig {
  const { environment, homeDirectory, platform = process.platform, client = 'ssh' } = options;
  const account = accountOf();
  const { listPipes = listNamedPipes } = options;
  const target: TargetOptions = { environment, homeDirectory, platform, listPipes, localUser: account.name };
  const userConfig = join(homeDirectory, '.ssh/config');
  const files = options.configFile === undefined ? [userConfig, SYSTEM_CONFIG] : [options.configFile];
  const reading = { homeDirectory, includeDirectory: join(homeDirectory, '.ssh') };
  // The ssh command takes `~` from the account, not from HOME: where they differ it would read another person's files.
  let hasClient = options.configFile !== undefined || account.homeDirectory === homeDirectory;

  async function effective(destination: SshDestination): Promise<Effective> {
    if (hasClient && client !== null) {
      const configFile = options.configFile ?? null;
      const asked = await askClient({ command: client, configFile, environment }, destination);
      if (asked !== null) return asked;
      hasClient = false;
    }
    return computeEffective(await readAll(), destination, account.name);
  }

  async function readAll() {
    const read = await Promise.all(files.map((file) => readConfigFile(file, reading)));
    return read.flat();
  }

  async function resolve(text: string, passed: string[]): Promise<SshTarget> {
    const destination = parseSshDestination(text);
    if (destination === null) throw badConfiguration('', `"${text}" is no destination`);
    const name = formatSshDestination(destination);
    if (passed.includes(name) || passed.length >= MOST_JUMPS)
      throw badConfiguration('', `ProxyJump leads in a circle: ${[...passed, name].join(' → ')}`);
    const found = await effective(destination);
    const jumps = await resolveJumps(jumpsOf(found), [...passed, name]);
    return { ...(await toMachine(destination.host, found, target)), jumps };
  }

  /** The first jump's own way counts; each further one is reached from the jump before it. */
  async function resolveJumps(names: string[], passed: string[]): Promise<SshTarget[]> {
    const [nearest, ...further] = names;
    if (nearest === undefined) return [];
    const { jumps, ...first } = await resolve(nearest, passed);
    const rest = await Promise.all(further.map((name) => resolveAlone(name)));
    return [...jumps, { ...first, jumps: [] }, ...rest];
  }

  async function resolveAlone(text: string): Promise<SshTarget> {
    const destination = parseSshDestination(text);
    if (destination === null) throw badConfiguration('', `ProxyJump "${text}" is no destination`);
    return { ...(await toMachine(destination.host, await effective(destination), target)), jumps: [] };
  }

  return {
    aliases: async () => listAliases(await readConfigFile(files[0] ?? userConfig, reading), account.name),
    resolve: (destination) => resolve(destination, []),
  };
}

function accountOf(): { name: string; homeDirectory: string } {
  try {
    const { username, homedir } = userInfo();
    return { name: username, homeDirectory: homedir };
  } catch {
    // A user id without a passwd entry, as in a user namespace.
    return { name: '', homeDirectory: '' };
  }
}
