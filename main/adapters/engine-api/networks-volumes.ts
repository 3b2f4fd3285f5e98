/** Networks and volumes. */
import { hasCode } from '../../services/errors';
import type { EnginePort, NetworkSummary, VolumeSummary } from '../../services/hosts/engine';
import { sleep } from '../../streams/abortable';
import type { EngineClient } from './client';
import { filters, milliseconds } from './containers';
import { createdSchema, type ListedVolume, networkListSchema, volumeListSchema } from './schemas';

/** Sizes are found by walking every volume. */
const DISK_USAGE_LIMIT_MS = 120_000;
const MEASURE_AGAIN_MS = 250;
const BUSY_MEASURING = /disk usage operation is already running/;

type NetworkCalls = Pick<EnginePort, 'listNetworks' | 'createNetwork' | 'removeNetwork' | 'connectNetwork'>;
type VolumeCalls = Pick<EnginePort, 'listVolumes' | 'createVolume' | 'removeVolume'>;

function labelFilter(labels: string[]): string {
  return filters(labels.length > 0 ? { label: labels } : {});
}

export function createNetworkCalls(client: EngineClient): NetworkCalls {
  return {
    async listNetworks(labels, signal): Promise<NetworkSummary[]> {
      const networks = await client.json(networkListSchema, {
        operation: 'List networks',
        method: 'GET',
        path: '/networks',
        query: { filters: labelFilter(labels) },
        signal,
      });
      return networks.map((network) => ({
        id: network.Id,
        name: network.Name,
        driver: network.Driver,
        labels: network.Labels,
        subnets: (network.IPAM?.Config ?? []).map((config) => config.Subnet),
        internal: network.Internal,
        raw: network,
      }));
    },
    async createNetwork(body, signal) {
      const name = String(body.Name ?? '');
      const created = await client.json(createdSchema, {
        operation: `Create network ${name}`,
        method: 'POST',
        path: '/networks/create',
        // Without it the engine happily makes a second network of the same name.
        json: { CheckDuplicate: true, ...body },
        subject: { kind: 'network', name },
        signal,
      });
      return { id: created.Id };
    },
    async removeNetwork(idOrName, signal) {
      const path = `/networks/${encodeURIComponent(idOrName)}`;
      const subject = { kind: 'network', name: idOrName };
      await client.call({ operation: `Remove network ${idOrName}`, method: 'DELETE', path, subject, signal });
    },
    async connectNetwork(network, container, endpoint, signal) {
      await client.call({
        operation: `Connect container ${client.names.of(container)} to network ${network}`,
        method: 'POST',
        path: `/networks/${encodeURIComponent(network)}/connect`,
        json: { Container: container, EndpointConfig: endpoint },
        subject: { kind: 'network or container', name: `${network}, ${container}` },
        signal,
      });
    },
  };
}

function toVolume(volume: ListedVolume, sizeBytes: number | null): VolumeSummary {
  const createdAt = milliseconds(volume.CreatedAt);
  return {
    name: volume.Name,
    driver: volume.Driver,
    labels: volume.Labels,
    mountpoint: volume.Mountpoint,
    createdAt: createdAt > 0 ? createdAt : null,
    sizeBytes,
  };
}

/** The engine measures for one caller at a time, and refuses the others meanwhile. */
async function inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const deadline = Date.now() + DISK_USAGE_LIMIT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const busy = hasCode(error, 'ENGINE_REJECTED') && BUSY_MEASURING.test(error.data.detail);
      if (!busy || Date.now() > deadline) throw error;
      await sleep(MEASURE_AGAIN_MS, signal);
    }
  }
}

export function createVolumeCalls(client: EngineClient): VolumeCalls {
  const measure = (signal?: AbortSignal) =>
    client.json(volumeListSchema, {
      operation: 'Measure volumes',
      method: 'GET',
      path: '/system/df',
      query: { type: 'volume' },
      timeoutMs: DISK_USAGE_LIMIT_MS,
      signal,
    });

  /** The engine has no other way to tell sizes, and -1 means it could not. */
  async function sizes(signal?: AbortSignal): Promise<Map<string, number>> {
    const usage = await inTurn(() => measure(signal), signal);
    const known = usage.Volumes.map((volume) => [volume.Name, volume.UsageData?.Size ?? -1] as const);
    return new Map(known.filter(([, size]) => size >= 0));
  }

  return {
    async listVolumes(labels, options, signal) {
      const list = client.json(volumeListSchema, {
        operation: 'List volumes',
        method: 'GET',
        path: '/volumes',
        query: { filters: labelFilter(labels) },
        signal,
      });
      const [volumes, measured] = await Promise.all([
        list,
        options.diskUsage ? sizes(signal) : new Map<string, number>(),
      ]);
      return volumes.Volumes.map((volume) => toVolume(volume, measured.get(volume.Name) ?? null));
    },
    async createVolume(body, signal) {
      const name = String(body.Name ?? '');
      const subject = { kind: 'volume', name };
      const path = '/volumes/create';
      await client.call({
        operation: `Create volume ${name}`,
        method: 'POST',
        path,
        json: body,
        subject,
        signal,
      });
    },
    async removeVolume(name, signal) {
      const path = `/volumes/${encodeURIComponent(name)}`;
      const subject = { kind: 'volume', name };
      await client.call({ operation: `Remove volume ${name}`, method: 'DELETE', path, subject, signal });
    },
  };
}
