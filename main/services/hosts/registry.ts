/** The engines of this machine's configuration: found anew on demand, looked up by id, one of them chosen. */
import type { Settings } from '../../../preload/contract';
import { DomainError } from '../errors';
import type { Log } from '../log';
import type { SettingsService } from '../settings/face';
import { type Discovery, discoverHosts } from './discover';
import type { HostEndpoint } from './host-endpoint';

export interface RegistryDeps {
  settings: SettingsService;
  environment: Record<string, string | undefined>;
  homeDirectory: string;
  platform?: NodeJS.Platform;
  log: Log;
}

export interface HostRegistry {
  /** Reads the configuration again. */
  discover(): Promise<Discovery>;
  /** What the last `discover` found; null before the first. */
  known(): Discovery | null;
  choose(discovery: Discovery): HostEndpoint;
  /** Rejects with NOT_FOUND. */
  require(hostId: string): Promise<HostEndpoint>;
  /** A host for this run only, as the command line asks for; settings stay as they are. */
  visit(host: Settings['addedHosts'][number]): void;
}

export function createHostRegistry(deps: RegistryDeps): HostRegistry {
  const visited: Settings['addedHosts'] = [];
  let known: Discovery | null = null;
  let reported = '';

  async function discover(): Promise<Discovery> {
    const { environment, homeDirectory, platform = process.platform } = deps;
    const added = [...deps.settings.get().addedHosts, ...visited];
    known = await discoverHosts({ environment, homeDirectory, platform, added });
    const problems = known.problems.join('; ');
    if (problems !== reported) deps.log.warn('Docker configuration not fully readable', { problems });
    reported = problems;
    return known;
  }

  return {
    discover,
    known: () => known,
    choose(discovery) {
      const wanted = deps.settings.get().selectedHostId;
      const chosen = (wanted && find(discovery, wanted)) || discovery.hosts[0];
      if (chosen) return chosen;
      throw new DomainError('NOT_FOUND', { kind: 'host', name: 'any' }, 'No container engine is configured.');
    },
    async require(hostId) {
      const found = (known && find(known, hostId)) ?? find(await discover(), hostId);
      if (found) return found;
      throw new DomainError(
        'NOT_FOUND',
        { kind: 'host', name: hostId },
        `The host ${hostId} is no longer configured. Choose another one.`,
      );
    },
    visit: (host) => void visited.push(host),
  };
}

function find(discovery: Discovery, id: string): HostEndpoint | undefined {
  const own = discovery.aliases.get(id) ?? id;
  return discovery.hosts.find((host) => host.id === own);
}
