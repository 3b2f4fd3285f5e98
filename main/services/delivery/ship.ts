/** Brings what an image lacks to the host and has the engine take it: one try over one bulk connection. */
import { createHash } from 'node:crypto';
import type { LayerProgressPart } from '../../../preload/contract';
import type { BulkChannel } from '../hosts/ssh/face';
import type { Log } from '../log';
import { chooseEncoding, compressFile, type EncodedFile, type Encoding, type Sample } from './compression';
import { DISK_FULL, diskFull, notLoaded, refused, wrongDigest } from './failures';
import type { SavedImage, SavedLayer } from './image-archive';
import { loadStaged } from './load';
import { portionBytes, portionsOf } from './portions';
import { openStaging, putSmall, type Staged } from './staging';
import { measureWire } from './wire-speed';
import { openWriter, type Writer } from './writer';

/** Less is sent sooner than measured. */
const MEASURED_FROM_BYTES = 16 * 1024 * 1024;
const DIGEST_TRIES = 2;

export interface ShippedLayer extends SavedLayer {
  sample: Sample;
  encoding: Encoding | null;
  /** Null while it is being compressed, or before. */
  encoded: EncodedFile | null;
  compressing: Promise<EncodedFile> | null;
}

/** Lives as long as the delivery, over however many connections. */
export interface Shipment {
  /** With a tag. */
  reference: string;
  image: SavedImage;
  layers: ShippedLayer[];
  engineRoot: string;
  /** Bytes per second towards the host; null before it was measured. */
  wire: number | null;
  onLayer: (layer: LayerProgressPart) => void;
  log: Log;
  now: () => number;
  signal: AbortSignal;
}

const hexOf = (digest: string) => digest.replace(/^sha256:/, '');
const imageFolder = ({ image }: Shipment) => createHash('sha256').update(image.configuration).digest('hex');
const nameOf = (diffId: string, encoding: Encoding) =>
  `${hexOf(diffId)}.tar${encoding === 'gzip' ? '.gz' : ''}`;

/** Everything of this image that may lie in the staging folder. */
export function stagedNames(shipment: Shipment): { layers: string[]; folder: string } {
  const layers = shipment.layers.flatMap(({ diffId }) => [nameOf(diffId, 'plain'), nameOf(diffId, 'gzip')]);
  return { layers, folder: imageFolder(shipment) };
}

/**
 * Goes on where an earlier try ended. Rejects with CONFLICT for a full disk, a digest that stays wrong or an
 * engine that refuses, with the link's failure, or CANCELLED.
 */
export async function ship(shipment: Shipment, bulk: BulkChannel): Promise<void> {
  const { signal, engineRoot, layers } = shipment;
  const staged = await openStaging(bulk, engineRoot, signal);
  if (layers.length > 0) await sendLayers(shipment, bulk, staged);
  await load(shipment, bulk, staged);
}

async function sendLayers(shipment: Shipment, bulk: BulkChannel, staged: Staged): Promise<void> {
  const { signal, layers } = shipment;
  const writer = await openWriter(bulk, signal);
  const total = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (shipment.wire === null && total >= MEASURED_FROM_BYTES)
    shipment.wire = await measureWire(writer, shipment.now);
  for (const layer of layers) layer.encoding ??= encodingOf(shipment, layer, staged);
  refuseFullDisk(shipment, staged);
  for (const [index, layer] of layers.entries()) {
    const next = layers[index + 1];
    const encoded = await encode(layer, shipment);
    // While this one is on the wire, which leaves the processor idle.
    if (next) encode(next, shipment).catch(() => undefined);
    await sendLayer(shipment, { bulk, writer, staged }, { layer, encoded });
  }
  await writer.end();
}

/** What was sent of it already decides; else the faster way. */
function encodingOf({ wire, log }: Shipment, layer: ShippedLayer, { files }: Staged): Encoding {
  const { diffId, sizeBytes, sample } = layer;
  for (const encoding of ['gzip', 'plain'] as const) if (files.has(nameOf(diffId, encoding))) return encoding;
  const encoding = chooseEncoding(sizeBytes, sample, wire);
  const { ratio, bytesPerSecond } = sample;
  log.info('Layer is sent', { layer: diffId, encoding, sizeBytes, ratio, bytesPerSecond, wire });
  return encoding;
}

function estimate({ sizeBytes, sample, encoding, encoded }: ShippedLayer): number {
  return encoded?.sizeBytes ?? (encoding === 'gzip' ? Math.ceil(sizeBytes * sample.ratio) : sizeBytes);
}

/** The engine copies the archive before it unpacks the layers, so they need room twice over. */
function refuseFullDisk({ reference, layers }: Shipment, { disk, engineDisk, files }: Staged): void {
  const sent = layers.reduce((sum, layer) => sum + estimate(layer), 0);
  const unpacked = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const there = layers.reduce(
    (sum, { diffId, encoding }) => sum + (files.get(nameOf(diffId, encoding ?? 'plain')) ?? 0),
    0,
  );
  const toStage = Math.max(0, sent - there);
  const toLoad = sent + unpacked;
  const together = disk.mount === engineDisk.mount;
  const needs = together
    ? [{ ...disk, neededBytes: toStage + toLoad }]
    : [
        { ...disk, neededBytes: toStage },
        { ...engineDisk, neededBytes: toLoad },
      ];
  for (const need of needs) if (need.neededBytes > need.freeBytes) throw diskFull(reference, need);
}

async function encode(layer: ShippedLayer, shipment: Shipment): Promise<EncodedFile> {
  if (layer.encoding !== 'gzip') layer.encoded = layer;
  if (layer.encoded !== null) return layer.encoded;
  tell(shipment, layer, 'Compressing', 0);
  layer.compressing ??= compressFile(layer.file, shipment.signal);
  layer.encoded = await layer.compressing;
  return layer.encoded;
}

async function sendLayer(
  shipment: Shipment,
  { bulk, writer, staged }: { bulk: BulkChannel; writer: Writer; staged: Staged },
  { layer, encoded }: { layer: ShippedLayer; encoded: EncodedFile },
): Promise<void> {
  const { reference, log } = shipment;
  const encoding = layer.encoding ?? 'plain';
  const name = nameOf(layer.diffId, encoding);
  const how = encoding === 'gzip' ? 'Sending, compressed' : 'Sending';
  const { file, sizeBytes, sha256 } = encoded;
  for (let attempt = 1; attempt <= DIGEST_TRIES; attempt += 1) {
    const there = staged.files.get(name) ?? 0;
    const offset = there <= sizeBytes && attempt === 1 ? there : 0;
    const content = portionsOf(file, { offset, bytes: portionBytes(shipment.wire) });
    const outcome = await writer.put({
      name,
      offset,
      bytes: sizeBytes - offset,
      content: counted(content, offset, (done) => tell(shipment, layer, how, done)),
      onTaken: () => tell(shipment, layer, 'Verifying', sizeBytes),
    });
    if (!('sha256' in outcome)) throw await unwritable(shipment, bulk, layer, outcome.stderr);
    if (outcome.sha256 === sha256) return tell(shipment, layer, 'Verified', sizeBytes);
    staged.files.set(name, sizeBytes);
    log.warn('A delivered layer has a wrong digest and is sent anew', { layer: layer.diffId, attempt });
  }
  throw wrongDigest(reference, name);
}

async function unwritable(
  { reference, engineRoot, signal }: Shipment,
  bulk: BulkChannel,
  layer: ShippedLayer,
  said: string,
): Promise<Error> {
  if (!DISK_FULL.test(said)) return refused('write the layer', said);
  const { disk } = await openStaging(bulk, engineRoot, signal);
  return diskFull(reference, { ...disk, neededBytes: estimate(layer) });
}

async function* counted(
  content: AsyncIterable<Buffer>,
  offset: number,
  onDone: (done: number) => void,
): AsyncGenerator<Buffer, void> {
  let done = offset;
  onDone(done);
  for await (const portion of content) {
    yield portion;
    done += portion.length;
    onDone(done);
  }
}

function tell(shipment: Shipment, layer: ShippedLayer, status: string, done: number): void {
  shipment.onLayer({ id: hexOf(layer.diffId).slice(0, 12), status, done, total: estimate(layer) });
}

async function load(shipment: Shipment, bulk: BulkChannel, staged: Staged): Promise<void> {
  const { image, layers, reference, signal } = shipment;
  const folder = imageFolder(shipment);
  const configuration = `${folder}.json`;
  const encodings = new Map(layers.map(({ diffId, encoding }) => [diffId, encoding ?? 'plain']));
  const paths = image.diffIds.map((diffId) => nameOf(diffId, encodings.get(diffId) ?? 'plain'));
  const manifest = [{ Config: configuration, RepoTags: [reference], Layers: paths }];
  await small(shipment, bulk, `${folder}/manifest.json`, Buffer.from(JSON.stringify(manifest)));
  await small(shipment, bulk, `${folder}/${configuration}`, image.configuration);
  for (const layer of layers) tell(shipment, layer, 'Loading', estimate(layer));
  const sent = layers.map(({ diffId, encoding }) => nameOf(diffId, encoding ?? 'plain'));
  const { exitCode, stdout, stderr } = await loadStaged(
    bulk,
    { folder, configuration, layers: sent },
    signal,
  );
  if (exitCode === 0) return;
  const said = stderr || stdout;
  if (!DISK_FULL.test(said)) throw notLoaded(reference, said);
  const neededBytes = layers.reduce((sum, layer) => sum + layer.sizeBytes + estimate(layer), 0);
  throw diskFull(reference, { ...staged.engineDisk, neededBytes });
}

async function small(shipment: Shipment, bulk: BulkChannel, name: string, content: Buffer): Promise<void> {
  const { exitCode, stderr } = await putSmall(bulk, name, content, shipment.signal);
  if (exitCode !== 0) throw refused('write the manifest', stderr);
}
