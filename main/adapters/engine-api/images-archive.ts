/** Images as archives: what `docker save` writes and `docker load` reads. */
import type { EnginePort } from '../../services/hosts/engine';
import type { EngineClient } from './client';
import { followProgress, toLayer } from './images';

type ArchiveCalls = Pick<EnginePort, 'saveImages' | 'loadImages'>;

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
