/** Images: list, inspect, pull, import, ask the registry. */

import { cancelled, DomainError } from '../../services/errors';
import type { EnginePort, ImageDetail, LayerProgress } from '../../services/hosts/engine';
import { type EngineClient, parseAs } from './client';
import { milliseconds } from './containers';
import { imageDetailSchema, imageListSchema, type ProgressLine, progressSchema } from './schemas';
import type { EngineCall } from './transport';

const REGISTRY_LIMIT_MS = 20_000;
const UNTAGGED = '<none>:<none>';

type ImageCalls = Pick<
  EnginePort,
  'listImages' | 'inspectImage' | 'pullImage' | 'checkRegistry' | 'importImage'
>;

/** `tag` is a digest when the reference has one; a reference without either means `latest`. */
export function splitReference(reference: string): { name: string; tag: string } {
  const digest = reference.indexOf('@');
  if (digest >= 0) return { name: reference.slice(0, digest), tag: reference.slice(digest + 1) };
  const colon = reference.lastIndexOf(':');
  if (colon > reference.lastIndexOf('/'))
    return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
  return { name: reference, tag: 'latest' };
}

/** The engine reports a failure inside a stream that began with 200. */
function throwIfFailed(operation: string, line: ProgressLine): void {
  const detail = line.errorDetail?.message ?? line.error;
  if (detail === undefined) return;
  const status = line.errorDetail?.code ?? 500;
  throw new DomainError('ENGINE_REJECTED', { status, operation, detail }, `${operation}: ${detail}`);
}

export function toLayer(line: ProgressLine): LayerProgress | null {
  if (line.id === undefined || line.status === undefined) return null;
  // Here the id is the tag, not a layer's.
  if (line.status.startsWith('Pulling from ')) return null;
  return {
    id: line.id,
    status: line.status,
    done: line.progressDetail?.current ?? null,
    total: line.progressDetail?.total ?? null,
  };
}

/** Reads a progress stream to its end. The lines end quietly on abort, the call must not. */
export async function followProgress(
  client: EngineClient,
  call: EngineCall,
  onLine: (line: ProgressLine) => void,
): Promise<void> {
  for await (const value of client.lines(call)) {
    const line = parseAs(progressSchema, call.operation, value);
    throwIfFailed(call.operation, line);
    onLine(line);
  }
  if (call.signal?.aborted) throw cancelled(call.operation);
}

function toImageDetail(reference: string, value: unknown): ImageDetail {
  const image = parseAs(imageDetailSchema, `Inspect image ${reference}`, value);
  const config = image.Config;
  return {
    id: image.Id,
    tags: image.RepoTags,
    digests: image.RepoDigests,
    sizeBytes: image.Size,
    createdAt: milliseconds(image.Created),
    labels: config.Labels,
    architecture: image.Architecture,
    rootFsLayers: image.RootFS.Layers,
    config: {
      env: config.Env,
      command: config.Cmd,
      entrypoint: config.Entrypoint,
      user: config.User,
      workingDirectory: config.WorkingDir,
      exposedPorts: config.ExposedPorts,
      volumes: config.Volumes,
      healthcheck: config.Healthcheck ?? null,
      labels: config.Labels,
      stopSignal: config.StopSignal,
    },
  };
}

/** Slashes belong to the path of an image's name. */
export function imagePath(reference: string): string {
  return reference.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':').replaceAll('%40', '@');
}

export function createImageCalls(client: EngineClient): ImageCalls {
  const about = (reference: string) => ({ kind: 'image', name: reference });
  return {
    async listImages(signal) {
      const path = '/images/json';
      const images = await client.json(imageListSchema, {
        operation: 'List images',
        method: 'GET',
        path,
        signal,
      });
      return images.map((image) => ({
        id: image.Id,
        tags: image.RepoTags.filter((tag) => tag !== UNTAGGED),
        digests: image.RepoDigests.filter((digest) => !digest.startsWith('<none>')),
        sizeBytes: image.Size,
        createdAt: image.Created * 1000,
        labels: image.Labels,
      }));
    },
    async inspectImage(reference, signal) {
      const value = await client.value({
        operation: `Inspect image ${reference}`,
        method: 'GET',
        path: `/images/${imagePath(reference)}/json`,
        subject: about(reference),
        signal,
      });
      return toImageDetail(reference, value);
    },
    async pullImage(reference, options, signal) {
      const { name, tag } = splitReference(reference);
      const call: EngineCall = {
        operation: `Pull image ${reference}`,
        method: 'POST',
        path: '/images/create',
        query: { fromImage: name, tag, platform: options.platform },
        headers: await client.registryHeaders(reference),
        subject: about(reference),
        signal,
      };
      await followProgress(client, call, (line) => {
        const layer = toLayer(line);
        if (layer) options.onProgress(layer);
      });
    },
    async checkRegistry(reference, signal) {
      await client.call({
        operation: `Ask the registry for ${reference}`,
        method: 'GET',
        path: `/distribution/${imagePath(reference)}/json`,
        headers: await client.registryHeaders(reference),
        subject: about(reference),
        timeoutMs: REGISTRY_LIMIT_MS,
        signal,
      });
    },
    async importImage(tar, reference, changes, signal) {
      const { name, tag } = splitReference(reference);
      const call: EngineCall = {
        operation: `Import image ${reference}`,
        method: 'POST',
        path: '/images/create',
        query: { fromSrc: '-', repo: name, tag, changes },
        headers: { 'content-type': 'application/x-tar' },
        body: tar,
        subject: about(reference),
        signal,
      };
      await followProgress(client, call, () => undefined);
    },
  };
}
