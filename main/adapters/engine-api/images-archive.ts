/** Images as archives: what `docker save` writes and `docker load` reads. */
import type { EnginePort } from '../../services/hosts/engine';
import type { EngineClient } from './client';
import { followProgress, imagePath, toLayer } from './images';
import { imageHistorySchema } from './schemas';

type ArchiveCalls = Pick<EnginePort, 'saveImages' | 'loadImages' | 'layerSizes'>;

/** An archive of nothing: the layer of a step that changed no file. The history counts it as 0 bytes. */
const EMPTY_LAYERS: ReadonlySet<string> = new Set([
  'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
  'sha256:84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652',
]);

/** Null unless there is one size over 0 for each layer that holds anything. `sizes` newest first, as the history is. */
export function sizesOfLayers(layers: readonly string[], sizes: readonly number[]): number[] | null {
  const told = sizes.filter((size) => size > 0);
  const filled = layers.filter((layer) => !EMPTY_LAYERS.has(layer));
  if (told.length !== filled.length) return null;
  return layers.map((layer) => (EMPTY_LAYERS.has(layer) ? 0 : (told.pop() ?? 0)));
}

export function createArchiveCalls(client: EngineClient): ArchiveCalls {
  return {
    saveImages(references, signal) {
      const name = references.join(', ');
      return client.open({
        operation: `Save image ${name}`,
        method: 'GET',
        path: '/images/get',
        query: { names: references },
        subject: { kind: 'image', name },
        signal,
      });
    },
    async layerSizes(reference, layers, signal) {
      const history = await client.json(imageHistorySchema, {
        operation: `Read the history of image ${reference}`,
        method: 'GET',
        path: `/images/${imagePath(reference)}/history`,
        subject: { kind: 'image', name: reference },
        signal,
      });
      return sizesOfLayers(
        layers,
        history.map(({ Size }) => Size),
      );
    },
    async loadImages(tar, onProgress, signal) {
      const call = {
        operation: 'Load images',
        method: 'POST',
        path: '/images/load',
        headers: { 'content-type': 'application/x-tar' },
        body: tar,
        signal,
      } as const;
      await followProgress(client, call, (line) => {
        const layer = toLayer(line);
        if (layer) onProgress(layer);
      });
    },
  };
}
