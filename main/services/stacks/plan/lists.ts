/** The four lists of the engine that every plan is made from. They can be asked for before it is known whose plan. */
import type {
  ContainerSummary,
  EnginePort,
  ImageSummary,
  NetworkSummary,
  VolumeSummary,
} from '../../hosts/engine';
import { COMPOSE } from './labels';

export interface EngineLists {
  apiVersion: string;
  /** Of the project, or of every project. */
  containers: ContainerSummary[];
  images: ImageSummary[];
  networks: NetworkSummary[];
  volumes: VolumeSummary[];
}

/** Side by side. Rejects with the engine's own errors. */
export async function listEngine(
  engine: EnginePort,
  { project, signal }: { project?: string; signal?: AbortSignal | undefined },
): Promise<EngineLists> {
  const label = project === undefined ? COMPOSE.project : `${COMPOSE.project}=${project}`;
  const [apiVersion, containers, images, networks, volumes] = await Promise.all([
    engine.apiVersion(signal),
    engine.listContainers([label], signal),
    engine.listImages(signal),
    engine.listNetworks([], signal),
    engine.listVolumes([], { diskUsage: false }, signal),
  ]);
  return { apiVersion, containers, images, networks, volumes };
}

/** Older lists would plan from what may have changed since. */
const BELIEVED_MS = 1_000;

/** Lists asked for ahead of the one look that uses them. */
export interface Anticipation {
  begin(hostId: string, lists: Promise<EngineLists>): void;
  /** Null when there are none, they are old or the engine did not give them: the look asks for itself. */
  take(hostId: string): Promise<EngineLists | null>;
}

export function createAnticipation(now: () => number): Anticipation {
  const ahead = new Map<string, { at: number; lists: Promise<EngineLists | null> }>();
  return {
    begin(hostId, lists) {
      ahead.set(hostId, { at: now(), lists: lists.catch(() => null) });
    },
    async take(hostId) {
      const found = ahead.get(hostId);
      ahead.delete(hostId);
      return found !== undefined && now() - found.at < BELIEVED_MS ? found.lists : null;
    },
  };
}
