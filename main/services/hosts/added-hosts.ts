/** Hosts over SSH that a person adds: checked against the SSH configuration, kept in the settings. */
import { formatSshDestination, parseSshDestination } from '../../words/ssh-destination';
import { DomainError } from '../errors';
import type { SettingsService } from '../settings/face';
import type { HostEndpoint } from './host-endpoint';
import type { HostRegistry } from './registry';
import type { SshConfig } from './ssh/face';

export interface AddedHosts {
  /** Rejects with INVALID_INPUT for words that are no destination. Nothing is connected. */
  add(destination: string, options: { remember: boolean }): Promise<HostEndpoint>;
  /** Rejects with NOT_FOUND, or CONFLICT for a host that was not added. */
  forget(hostId: string): Promise<HostEndpoint>;
}

/** The id has to fit the contract's. */
const LONGEST_DESTINATION = 190;

export function createAddedHosts(
  registry: HostRegistry,
  settings: SettingsService,
  config: Pick<SshConfig, 'resolve'> | undefined,
): AddedHosts {
  return {
    async add(text, { remember }) {
      const parsed = parseSshDestination(text);
      if (parsed === null || config === undefined) throw noDestination(text);
      const destination = formatSshDestination(parsed);
      if (destination.length > LONGEST_DESTINATION) throw noDestination(`${text.slice(0, 40)}…`);
      await config.resolve(destination);
      const added = { id: `ssh:${destination}`, title: destination, destination };
      const { addedHosts } = settings.get();
      if (!remember) registry.visit(added);
      else if (!addedHosts.some(({ id }) => id === added.id))
        settings.change({ addedHosts: [...addedHosts, added] });
      await registry.discover();
      return registry.require(added.id);
    },
    async forget(hostId) {
      const host = await registry.require(hostId);
      if (host.source !== 'added') throw configuredElsewhere(host);
      const { addedHosts, selectedHostId } = settings.get();
      const kept = addedHosts.filter(({ id }) => id !== host.id);
      settings.change({ addedHosts: kept, ...(selectedHostId === host.id && { selectedHostId: null }) });
      return host;
    },
  };
}

function noDestination(text: string): DomainError<'INVALID_INPUT'> {
  const detail =
    'expected [user@]host[:port], an alias of the SSH configuration, or ssh://[user@]host[:port]';
  const message = `"${text}" is no SSH destination: ${detail}.`;
  return new DomainError('INVALID_INPUT', { field: 'destination', detail }, message);
}

function configuredElsewhere({ id, title }: HostEndpoint): DomainError<'CONFLICT'> {
  const detail = 'It comes from the Docker configuration or the environment; remove it there.';
  return new DomainError('CONFLICT', { what: id, detail }, `${title} was not forgotten. ${detail}`);
}
