/** Implements the engine port over HTTP to Docker's Engine API, 1.41 to the newest this adapter knows. */
import type { EngineInfo, EnginePort } from '../../services/hosts/engine';
import { createBuildCall } from './build';
import { type ClientOptions, createClient, type EngineClient } from './client';
import { createContainerCalls } from './containers';
import { createExecCall } from './exec';
import { createImageCalls } from './images';
import { createArchiveCalls } from './images-archive';
import { createNetworkCalls, createVolumeCalls } from './networks-volumes';
import { containerListSchema, infoSchema } from './schemas';
import { createStatsCalls, type StatsReader } from './stats';
import { createStreamCalls } from './streams';

export type { RegistryAuth } from './client';
export type { TlsMaterial } from './connection';
export type { StatsReader } from './stats';

export interface EngineOptions extends ClientOptions {
  /** Reads the counters of the engine's host; only where the console runs on that host. */
  statsReader?: StatsReader;
}

/** Nothing is connected before the first call. */
export function createEngine(options: EngineOptions): EnginePort {
  const client = createClient(options);
  return {
    ping: (signal) => client.ping(signal),
    apiVersion: (signal) => client.offeredVersion(signal),
    info: (signal) => readInfo(client, signal),
    ...createContainerCalls(client),
    ...createExecCall(client),
    ...createStreamCalls(client),
    ...createStatsCalls(client, (signal) => listRunning(client, signal), options.statsReader),
    ...createImageCalls(client),
    ...createArchiveCalls(client),
    ...createBuildCall(client),
    ...createNetworkCalls(client),
    ...createVolumeCalls(client),
    close: () => client.close(),
  };
}

async function readInfo(client: EngineClient, signal?: AbortSignal): Promise<EngineInfo> {
  // Nothing of /version is needed besides: the engine runs three programs to answer it.
  const call = { operation: 'Read the engine info', method: 'GET', path: '/info', signal } as const;
  const info = await client.json(infoSchema, call);
  return {
    id: info.ID,
    engineVersion: info.ServerVersion,
    apiVersion: await client.offeredVersion(signal),
    operatingSystem: info.OperatingSystem,
    kernel: info.KernelVersion,
    architecture: info.Architecture,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    rootDirectory: info.DockerRootDir,
    storageDriver: info.Driver,
    cgroupVersion: info.CgroupVersion,
    rootless: info.SecurityOptions.some((option) => option.includes('name=rootless')),
  };
}

async function listRunning(client: EngineClient, signal?: AbortSignal): Promise<Set<string>> {
  const path = '/containers/json';
  const call = { operation: 'List running containers', method: 'GET', path, signal } as const;
  const running = await client.json(containerListSchema, call);
  return new Set(running.map((container) => container.Id));
}
