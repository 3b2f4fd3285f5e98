import type { NetworkSummary, VolumeSummary } from '../../hosts/engine';
import type { ComposeNetwork, ComposeProject, ComposeVolume } from '../compose-file/model';
import { canonicalJson, compact, digest, isRecord } from './canonical';
import { changedFields, definitionLabel, describeChanges } from './definition';
import { COMPOSE, COMPOSE_LABEL_VERSION, OWN } from './labels';
import type { FieldChange, ObjectDecision, ObservedProject } from './model';

/** Body of POST /networks/create. `apply` is the journal id. */
export function networkBody(
  project: ComposeProject,
  key: string,
  network: ComposeNetwork,
  apply: string,
): Record<string, unknown> {
  const body = networkShape(network);
  const definition = flatShape(body);
  const own = ownLabels(project.name, definition, apply);
  return { ...body, CheckDuplicate: true, Labels: { ...network.labels, ...own, [COMPOSE.network]: key } };
}

/** Body of POST /volumes/create. */
export function volumeBody(
  project: ComposeProject,
  key: string,
  volume: ComposeVolume,
  apply: string,
): Record<string, unknown> {
  const body = volumeShape(volume);
  const own = ownLabels(project.name, flatShape(body), apply);
  return { ...body, Labels: { ...volume.labels, ...own, [COMPOSE.volume]: key } };
}

function ownLabels(
  project: string,
  definition: Record<string, string>,
  apply: string,
): Record<string, string> {
  return {
    [COMPOSE.project]: project,
    [COMPOSE.version]: COMPOSE_LABEL_VERSION,
    [OWN.configHash]: digest(canonicalJson(definition)),
    [OWN.definition]: canonicalJson(definition),
    [OWN.apply]: apply,
  };
}

function networkShape(network: ComposeNetwork): Record<string, unknown> {
  const config = network.ipam?.config?.map((pool) =>
    compact({
      Subnet: pool.subnet,
      Gateway: pool.gateway,
      IPRange: pool.ip_range,
      AuxiliaryAddresses: pool.aux_addresses,
    }),
  );
  return compact({
    Name: network.name,
    Driver: network.driver ?? 'bridge',
    Options: network.driver_opts,
    Internal: network.internal === true ? true : undefined,
    Attachable: network.attachable === true ? true : undefined,
    EnableIPv6: network.enable_ipv6 === true ? true : undefined,
    IPAM: compact({ Driver: network.ipam?.driver, Config: config, Options: network.ipam?.options }),
  });
}

function volumeShape(volume: ComposeVolume): Record<string, unknown> {
  return compact({ Name: volume.name, Driver: volume.driver ?? 'local', DriverOpts: volume.driver_opts });
}

function flatShape(body: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, isRecord(value) ? canonicalJson(value) : String(value)]),
  );
}

export function decideNetworks(
  project: ComposeProject,
  observed: ObservedProject,
  keys: string[],
): ObjectDecision[] {
  return keys.flatMap((key) => {
    const network = project.networks[key];
    if (network === undefined) return [];
    return [
      decideNetwork(
        key,
        network,
        observed.networks.find(({ name }) => name === network.name),
      ),
    ];
  });
}

function decideNetwork(
  key: string,
  network: ComposeNetwork,
  existing: NetworkSummary | undefined,
): ObjectDecision {
  const about = { key, name: network.name, changes: [] };
  if (network.external === true) return external('network', about, existing !== undefined);
  if (existing === undefined)
    return { ...about, action: 'create', reason: 'The network does not exist yet.' };
  const changes = networkChanges(network, existing);
  if (changes.length === 0) return { ...about, action: 'keep', reason: 'Unchanged.' };
  const reason = `The network's definition changed: ${describeChanges(changes)}. Its containers are made anew.`;
  return { ...about, action: 'recreate', reason, changes };
}

function networkChanges(network: ComposeNetwork, existing: NetworkSummary): FieldChange[] {
  const wanted = flatShape(networkShape(network));
  const label = definitionLabel(existing.labels);
  if (label !== null) return changedFields(label, wanted);
  // docker compose's own network: only what every engine lists is compared.
  const seen = { Driver: existing.driver, Internal: String(existing.internal) };
  return changedFields(seen, {
    Driver: wanted.Driver ?? 'bridge',
    Internal: wanted.Internal ?? 'false',
  });
}

export function decideVolumes(
  project: ComposeProject,
  observed: ObservedProject,
  keys: string[],
): ObjectDecision[] {
  return keys.flatMap((key) => {
    const volume = project.volumes[key];
    if (volume === undefined) return [];
    return [
      decideVolume(
        key,
        volume,
        observed.volumes.find(({ name }) => name === volume.name),
      ),
    ];
  });
}

function decideVolume(
  key: string,
  volume: ComposeVolume,
  existing: VolumeSummary | undefined,
): ObjectDecision {
  const about = { key, name: volume.name, changes: [] };
  if (volume.external === true) return external('volume', about, existing !== undefined);
  if (existing === undefined) return { ...about, action: 'create', reason: 'The volume does not exist yet.' };
  const label = definitionLabel(existing.labels) ?? { Driver: existing.driver };
  const wanted = flatShape(volumeShape(volume));
  const changes = changedFields(label, 'Name' in label ? wanted : { Driver: wanted.Driver ?? 'local' });
  if (changes.length === 0) return { ...about, action: 'keep', reason: 'Unchanged.' };
  // A volume can't be altered in place, and making it anew would lose its data.
  const reason = `The volume's definition changed (${describeChanges(changes)}), but it holds data and is left as it is. Remove it by hand to have it made anew.`;
  return { ...about, action: 'keep', reason, changes };
}

function external(
  kind: 'network' | 'volume',
  about: { key: string; name: string; changes: FieldChange[] },
  exists: boolean,
): ObjectDecision {
  if (exists) return { ...about, action: 'keep', reason: `External ${kind}; it exists.` };
  const reason = `External ${kind} ${about.name} does not exist. Create it with: docker ${kind} create ${about.name}`;
  return { ...about, action: 'missing', reason };
}
