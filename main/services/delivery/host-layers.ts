/** The layers of a host's images. An image's layers never change, so each is asked for once. */

import { hasCode } from '../errors';
import type { EnginePort } from '../hosts/engine';

/** Engine id and image id → DiffIDs. */
export type LayerMemory = Map<string, readonly string[]>;

/** Rejects with the engine's own errors; an image that goes meanwhile is left out. */
export async function layersOfImages(
  engine: EnginePort,
  hostId: string,
  memory: LayerMemory,
  signal?: AbortSignal,
): Promise<readonly string[][]> {
  const ids = [...new Set((await engine.listImages(signal)).map(({ id }) => id))];
  const found = await Promise.all(
    ids.map(async (id) => {
      const key = `${hostId} ${id}`;
      const layers = memory.get(key) ?? (await layersOf(engine, id, signal));
      memory.set(key, layers);
      return [...layers];
    }),
  );
  return found.filter((layers) => layers.length > 0);
}

async function layersOf(engine: EnginePort, id: string, signal?: AbortSignal): Promise<readonly string[]> {
  return engine.inspectImage(id, signal).then(
    ({ rootFsLayers }) => rootFsLayers,
    (error: unknown) => {
      if (hasCode(error, 'NOT_FOUND')) return [];
      throw error;
    },
  );
}
