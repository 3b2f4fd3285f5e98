import type {
  ContainerSummary,
  EngineInfo,
  ImageSummary,
  NetworkSummary,
  VolumeSummary,
} from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import type { ComposeProject, LoadedCompose } from '../compose-file/model';
import { type BuildDigests, observeBuilds } from '../plan/build-digest';
import type { OfferImages } from '../plan/offers';

export type RegistryAnswer = { kind: 'pullable' } | { kind: 'refused' | 'silent'; detail: string };

export interface PreflightDeps {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Where secrets and configs given by a variable are looked up. */
  environment: Record<string, string | undefined>;
  /** How long a registry may think; default 5 000. */
  registryLimitMs?: number;
  /** Images of this machine for a host behind SSH. */
  delivery?: OfferImages;
  /** Whether credentials of this machine go along when a host pulls this image. */
  signsIn?: (reference: string) => Promise<boolean>;
}

/** Everything the checks look at. Each answer is asked for once, however many checks need it. */
export interface PreflightContext {
  session: HostSession;
  loaded: LoadedCompose;
  project: ComposeProject;
  deps: PreflightDeps;
  signal: AbortSignal;
  info(): Promise<EngineInfo>;
  containers(): Promise<ContainerSummary[]>;
  images(): Promise<ImageSummary[]>;
  networks(): Promise<NetworkSummary[]>;
  volumes(): Promise<VolumeSummary[]>;
  /** What each service would be built from. */
  builds(): Promise<BuildDigests>;
  /** By registry: what it said when it was asked first. One that can't be reached is not asked again. */
  scouts: Map<string, Promise<RegistryAnswer>>;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}

export function createContext(
  session: HostSession,
  loaded: LoadedCompose,
  rest: { deps: PreflightDeps; signal: AbortSignal },
): PreflightContext {
  const { engine } = session;
  return {
    session,
    loaded,
    project: loaded.project,
    ...rest,
    info: once(() => engine.info(rest.signal)),
    containers: once(() => engine.listContainers([], rest.signal)),
    scouts: new Map(),
    images: once(() => engine.listImages(rest.signal)),
    networks: once(() => engine.listNetworks([], rest.signal)),
    builds: once(() => observeBuilds(loaded.project, rest.deps.environment)),
    volumes: once(() => engine.listVolumes([], { diskUsage: false }, rest.signal)),
  };
}
