/**
 * Port: what the console needs of a container engine, in the Engine API's own terms (oldest
 * supported API 1.41). One implementation per driver, in adapters/. Every call takes an optional AbortSignal
 * and rejects with a `DomainError` (ENGINE_UNAVAILABLE, ENGINE_REJECTED, NOT_FOUND, CONFLICT,
 * TIMEOUT or CANCELLED). Times are milliseconds since the Unix epoch, sizes bytes.
 */
import type { Readable } from 'node:stream';

export interface EngineInfo {
  /** Stable identity of the daemon; changes when another engine answers on the same endpoint. */
  id: string;
  engineVersion: string;
  apiVersion: string;
  operatingSystem: string;
  kernel: string;
  architecture: string;
  cpus: number;
  memoryBytes: number;
  rootDirectory: string;
  storageDriver: string;
  cgroupVersion: string;
  rootless: boolean;
}

export interface PortBinding {
  hostIp: string;
  published: number;
  target: number;
  protocol: string;
}

export interface ContainerSummary {
  id: string;
  /** Without the leading slash. */
  name: string;
  image: string;
  imageId: string;
  createdAt: number;
  /** created, running, paused, restarting, removing, exited, dead */
  state: string;
  /** Human text of the engine, e.g. `Up 3 minutes (healthy)`. */
  status: string;
  labels: Record<string, string>;
  ports: PortBinding[];
  /** Network name → address inside that network (empty when not running). */
  addresses: Record<string, string>;
  mounts: { type: string; name: string; source: string; target: string; readOnly: boolean }[];
}

export interface ContainerDetail extends ContainerSummary {
  running: boolean;
  exitCode: number;
  oomKilled: boolean;
  restarting: boolean;
  restartCount: number;
  startedAt: number | null;
  finishedAt: number | null;
  error: string;
  pid: number;
  tty: boolean;
  health: {
    status: string;
    failingStreak: number;
    log: { at: number; exitCode: number; output: string }[];
  } | null;
  /** The engine's own answer, unmodified. */
  raw: Record<string, unknown>;
}

/** Body of POST /containers/create as the Engine API defines it; built by services/stacks. */
export interface ContainerCreateSpec {
  name: string;
  platform?: string;
  body: Record<string, unknown>;
}

export interface LayerProgress {
  id: string;
  status: string;
  done: number | null;
  total: number | null;
}

export interface BuildRequest {
  /** Tar stream of the context, Dockerfile included. */
  context: Readable;
  dockerfile: string;
  tags: string[];
  buildArgs: Record<string, string>;
  target?: string;
  labels: Record<string, string>;
  noCache?: boolean;
  pull?: boolean;
  networkMode?: string;
  extraHosts?: string[];
  shmSizeBytes?: number;
  platform?: string;
}

export interface BuildProgress {
  /** One entry per build step, newest state. */
  step: LayerProgress | null;
  /** Output lines as they come. */
  log: string;
}

export interface EngineEvent {
  at: number;
  type: 'container' | 'image' | 'network' | 'volume' | 'daemon' | 'other';
  /** start, die, oom, health_status: healthy, … */
  action: string;
  /** Container id, network id, volume name… */
  actor: string;
  attributes: Record<string, string>;
}

export interface StatsSample {
  at: number;
  cpuTotalNs: number;
  /** Of the whole host; null when the source is the cgroup and wall time must be used. */
  systemCpuNs: number | null;
  onlineCpus: number;
  memoryBytes: number;
  memoryLimitBytes: number | null;
  receivedBytes: number;
  transmittedBytes: number;
}

export interface ImageSummary {
  id: string;
  tags: string[];
  digests: string[];
  sizeBytes: number;
  createdAt: number;
  labels: Record<string, string>;
}

export interface ImageDetail extends ImageSummary {
  architecture: string;
  /** Digests of the layers' uncompressed archives (DiffIDs), lowest first. */
  rootFsLayers: string[];
  config: {
    env: string[];
    command: string[];
    entrypoint: string[];
    user: string;
    workingDirectory: string;
    exposedPorts: string[];
    volumes: string[];
    healthcheck: Record<string, unknown> | null;
    labels: Record<string, string>;
    stopSignal: string;
  };
}

export interface NetworkSummary {
  id: string;
  name: string;
  driver: string;
  labels: Record<string, string>;
  subnets: string[];
  internal: boolean;
  raw: Record<string, unknown>;
}

export interface VolumeSummary {
  name: string;
  driver: string;
  labels: Record<string, string>;
  mountpoint: string;
  createdAt: number | null;
  /** Null unless asked for with `diskUsage`. */
  sizeBytes: number | null;
}

export interface RawLogLine {
  stream: 'stdout' | 'stderr';
  /** Epoch milliseconds, from the engine's time stamp. */
  at: number;
  /** The RFC 3339 stamp with nanoseconds, for resuming. */
  stamp: string;
  text: string;
}

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface EnginePort {
  ping(signal?: AbortSignal): Promise<void>;
  /** The newest API the engine offers. Its first answer to anything says so: asking again costs nothing. */
  apiVersion(signal?: AbortSignal): Promise<string>;
  info(signal?: AbortSignal): Promise<EngineInfo>;

  /** All states included. `labels` as `key` or `key=value`; all must match. */
  listContainers(labels: string[], signal?: AbortSignal): Promise<ContainerSummary[]>;
  inspectContainer(idOrName: string, signal?: AbortSignal): Promise<ContainerDetail>;
  createContainer(
    spec: ContainerCreateSpec,
    signal?: AbortSignal,
  ): Promise<{ id: string; warnings: string[] }>;
  startContainer(id: string, signal?: AbortSignal): Promise<void>;
  /**
   * Resolves when stopped; a container that already is stopped is not an error. With `timeoutSeconds` null the
   * container's own stop time holds, and is waited for.
   */
  stopContainer(id: string, timeoutSeconds: number | null, signal?: AbortSignal): Promise<void>;
  renameContainer(id: string, name: string, signal?: AbortSignal): Promise<void>;
  /** With anonymous volumes when `volumes`; a container that is gone is not an error. */
  removeContainer(
    id: string,
    options: { force: boolean; volumes: boolean },
    signal?: AbortSignal,
  ): Promise<void>;
  /** Resolves with the exit code when the container is no longer running. */
  waitContainer(id: string, signal?: AbortSignal): Promise<number>;
  putArchive(id: string, path: string, tar: Readable, signal?: AbortSignal): Promise<void>;
  /** A single small file out of a container; rejects with NOT_FOUND. */
  readFile(id: string, path: string, signal?: AbortSignal): Promise<string>;
  exec(id: string, command: string[], signal?: AbortSignal): Promise<ExecResult>;
  /** Ends when the container stops and `follow`, or when everything was read. Lines of one frame split at \n, frames over 16 KiB rejoined. */
  logs(
    id: string,
    options: { follow: boolean; tail: number | 'all'; since?: string },
    signal?: AbortSignal,
  ): AsyncIterable<RawLogLine>;
  /** Samples every container of `ids` in one go in the cheapest way this engine allows; missing ids are left out. */
  sampleAllStats(ids: string[], signal?: AbortSignal): Promise<Map<string, StatsSample>>;
  connectNetwork(
    network: string,
    container: string,
    endpoint: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<void>;

  listImages(signal?: AbortSignal): Promise<ImageSummary[]>;
  /** Rejects with NOT_FOUND. */
  inspectImage(reference: string, signal?: AbortSignal): Promise<ImageDetail>;
  pullImage(
    reference: string,
    options: { platform?: string; onProgress: (layer: LayerProgress) => void },
    signal?: AbortSignal,
  ): Promise<void>;
  /** Asks the registry for the manifest without pulling; rejects with ENGINE_REJECTED or NOT_FOUND when it can't be had. */
  checkRegistry(reference: string, signal?: AbortSignal): Promise<void>;
  buildImage(
    request: BuildRequest,
    onProgress: (progress: BuildProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Creates an image from a root file system tar. */
  importImage(tar: Readable, reference: string, changes: string[], signal?: AbortSignal): Promise<void>;
  /**
   * Uncompressed bytes of the layers of an image, which are given as its DiffIDs, lowest first; null where the
   * engine's history doesn't tell them apart.
   */
  layerSizes(reference: string, layers: readonly string[], signal?: AbortSignal): Promise<number[] | null>;
  /** The images with all their layers as one archive, as `docker save` writes it. Rejects with NOT_FOUND. */
  saveImages(references: string[], signal?: AbortSignal): Promise<Readable>;
  /** Takes such an archive, of which layers may be left out that the engine has; `onProgress` once for each layer that is read. */
  loadImages(tar: Readable, onProgress: (layer: LayerProgress) => void, signal?: AbortSignal): Promise<void>;

  listNetworks(labels: string[], signal?: AbortSignal): Promise<NetworkSummary[]>;
  createNetwork(body: Record<string, unknown>, signal?: AbortSignal): Promise<{ id: string }>;
  removeNetwork(idOrName: string, signal?: AbortSignal): Promise<void>;
  listVolumes(
    labels: string[],
    options: { diskUsage: boolean },
    signal?: AbortSignal,
  ): Promise<VolumeSummary[]>;
  createVolume(body: Record<string, unknown>, signal?: AbortSignal): Promise<void>;
  removeVolume(name: string, signal?: AbortSignal): Promise<void>;

  /**
   * Ends only by error (the connection was lost) or abort. The first item may be older than the call when `since` is
   * given. With `until` (milliseconds since the epoch) it ends there: at once when that is past. With `actions` the engine sends only those: each health check inside a container makes three exec events.
   */
  events(
    options: { since?: number; until?: number; actions?: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<EngineEvent>;
  close(): void;
}
