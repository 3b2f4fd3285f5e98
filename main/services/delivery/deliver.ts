/** One image from this machine's engine onto a host, over as many connections as it takes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { LayerProgressPart } from '../../../preload/contract';
import { sleep } from '../../streams/abortable';
import { createBackoff } from '../../streams/backoff';
import { hasCode, isAway } from '../errors';
import type { EnginePort, ImageDetail } from '../hosts/engine';
import type { HostSession } from '../hosts/host-session';
import type { BulkChannel, SshSession } from '../hosts/ssh/face';
import type { Log } from '../log';
import { sampleFile } from './compression';
import { notLoaded, stopped } from './failures';
import { takeImage } from './image-archive';
import { missingLayers } from './layers';
import { type Shipment, ship, stagedNames } from './ship';
import { removeStaged, stagedBytes } from './staging';

const RETRY_BASE_MS = 500;
const RETRY_CEILING_MS = 5_000;
const CLEANUP_LIMIT_MS = 10_000;
/** The driver's name where containerd keeps the images: it takes no archive with layers left out. */
const CONTAINERD_STORE = 'overlayfs';

export interface DeliverDeps {
  /** For the layers on their way; a folder of its own is made in it and removed. */
  scratchDirectory: string;
  now: () => number;
  log: Log;
}

export interface Way {
  source: HostSession;
  target: SshSession;
  /** With a tag. */
  reference: string;
  /** DiffIDs of the images of the host, by image. */
  hostLayers: () => Promise<readonly string[][]>;
}

export interface Watching {
  onLayer: (layer: LayerProgressPart) => void;
  /** Bytes of a connection that ended, however it did. */
  onSent?: (wireBytes: number) => void;
}

/** Rejects as `DeliveryService.deliver`. */
export async function deliverImage(
  deps: DeliverDeps,
  way: Way,
  { onLayer, onSent = () => undefined }: Watching,
  signal: AbortSignal,
): Promise<{ wireBytes: number }> {
  const { source, target, reference } = way;
  const image = await source.engine.inspectImage(reference, signal);
  if (await isThere(target.engine, reference, image)) return { wireBytes: 0 };
  const directory = await mkdtemp(join(deps.scratchDirectory, 'bizosaas-delivery-'));
  try {
    const shipment = await pack({ deps, way, image, directory }, onLayer, signal);
    return await untilThere(way, { ...shipment, onSent }, image);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Under this name, with this content. Engines that keep images in different ways give one image two ids. */
async function isThere(engine: EnginePort, reference: string, image: ImageDetail): Promise<boolean> {
  const there = await engine.inspectImage(reference).catch((error: unknown) => {
    if (hasCode(error, 'NOT_FOUND')) return null;
    throw error;
  });
  if (there === null) return false;
  if (there.id === image.id) return true;
  return (
    isDeepStrictEqual(there.rootFsLayers, image.rootFsLayers) && isDeepStrictEqual(there.config, image.config)
  );
}

interface Packing {
  deps: DeliverDeps;
  way: Way;
  image: ImageDetail;
  directory: string;
}

async function pack(
  { deps, way, image, directory }: Packing,
  onLayer: (layer: LayerProgressPart) => void,
  signal: AbortSignal,
): Promise<Shipment> {
  const info = await way.target.engine.info(signal);
  const known = info.storageDriver === CONTAINERD_STORE ? [] : await way.hostLayers();
  const missing = new Set(missingLayers(image.rootFsLayers, known));
  const leftOut = new Set(image.rootFsLayers.filter((layer) => !missing.has(layer)));
  const archive = await way.source.engine.saveImages([image.id], signal);
  const saved = await takeImage(bytesOf(archive), { leftOut, directory });
  const layers = await Promise.all(
    saved.layers.map(async (layer) => {
      const sample = await sampleFile(layer.file, layer.sizeBytes, deps.now);
      return { ...layer, sample, encoding: null, encoded: null, compressing: null };
    }),
  );
  for (const { diffId, sizeBytes } of layers)
    onLayer({ id: diffId.slice(7, 19), status: 'Waiting', done: 0, total: sizeBytes });
  const { log, now } = deps;
  const { reference } = way;
  return {
    reference,
    image: saved,
    layers,
    engineRoot: info.rootDirectory,
    wire: null,
    onLayer,
    log,
    now,
    signal,
  };
}

async function* bytesOf(stream: Readable): AsyncGenerator<Buffer, void> {
  const chunks: AsyncIterable<unknown> = stream;
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk;
}

async function untilThere(
  { target, reference }: Way,
  shipment: Shipment & Required<Pick<Watching, 'onSent'>>,
  image: ImageDetail,
): Promise<{ wireBytes: number }> {
  const { signal, log } = shipment;
  const backoff = createBackoff({ baseMs: RETRY_BASE_MS, ceilingMs: RETRY_CEILING_MS });
  let wireBytes = 0;
  const once = async (bulk: BulkChannel): Promise<void> => {
    try {
      await ship(shipment, bulk);
    } finally {
      const { sent } = bulk.wireBytes();
      wireBytes += sent;
      shipment.onSent(sent);
    }
  };
  try {
    for (let lost = false; ; lost = true) {
      try {
        // The engine may have taken it all before the connection told so.
        if (lost && (await isThere(target.engine, reference, image))) break;
        await target.withBulk(once, signal);
        break;
      } catch (error) {
        if (signal.aborted || !hasCode(error, 'HOST_UNREACHABLE')) throw error;
        log.warn('The connection was lost during a delivery; it goes on when it is back', { reference });
        await sleep(backoff.nextMs(), signal);
      }
    }
    if (!(await isThere(target.engine, reference, image)))
      throw notLoaded(reference, 'it has other content there than here.');
  } catch (error) {
    throw await tidied(target, shipment, error);
  }
  await removeStaged(target, allStaged(shipment), AbortSignal.timeout(CLEANUP_LIMIT_MS)).catch(
    () => undefined,
  );
  for (const { diffId, encoded } of shipment.layers) {
    const bytes = encoded?.sizeBytes ?? 0;
    shipment.onLayer({ id: diffId.slice(7, 19), status: 'Delivered', done: bytes, total: bytes });
  }
  return { wireBytes };
}

function allStaged(shipment: Shipment): string[] {
  const { layers, folder } = stagedNames(shipment);
  return [...layers, folder];
}

/** A cancelled delivery leaves its layers for the next one and says so, a lost engine too; what was refused leaves nothing. */
async function tidied(target: SshSession, shipment: Shipment, error: unknown): Promise<unknown> {
  const { signal } = shipment;
  // The host can't be asked; what arrived there stays for the next try.
  if (isAway(signal.reason)) return signal.reason;
  const limit = AbortSignal.timeout(CLEANUP_LIMIT_MS);
  const { layers, folder } = stagedNames(shipment);
  if (!signal.aborted) {
    const names = hasCode(error, 'CONFLICT') ? allStaged(shipment) : [folder];
    await removeStaged(target, names, limit).catch(() => undefined);
    return error;
  }
  const kept = await removeStaged(target, [folder], limit)
    .then(() => stagedBytes(target, layers, limit))
    .catch(() => ({ bytes: 0, folder: '' }));
  return stopped(shipment.reference, kept);
}
