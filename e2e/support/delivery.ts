/** A delivery between real engines: images of layers a test makes up, on this machine; the host is the test's. */
import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { createDeliveryService } from '../../main/services/delivery';
import type { DeliveryService } from '../../main/services/delivery/face';
import type { HostSession } from '../../main/services/hosts/host-session';
import type { Host, LayerProgressPart } from '../../preload/contract';
import { docker } from './docker';
import { openTestSession } from './engine';
import { readTar, tarOf } from './tar';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Each becomes one layer: names and contents. */
export type LayerFiles = Record<string, Buffer | string>;

export interface DeliveryGround extends AsyncDisposable {
  source: HostSession;
  delivery: DeliveryService;
  /** Makes an image on the source, lowest layer first; answers its reference. */
  image(name: string, layers: LayerFiles[]): Promise<string>;
  /** Every state of every layer, oldest first. */
  told: LayerProgressPart[];
  deliver(
    target: HostSession,
    reference: string,
    signal?: AbortSignal,
    onLayer?: (layer: LayerProgressPart) => void,
  ): Promise<{ wireBytes: number }>;
}

type Recording = Parameters<typeof createDeliveryService>[0]['record'];

/** For tests that deliver image by image. */
const unrecorded: Recording = () => Promise.reject(new Error('This delivery has no journal'));

/** `source`: where images come from; default this machine's engine. It is closed at the end. */
export function deliveryGround(
  source: HostSession = openTestSession(),
  record: Recording = unrecorded,
): DeliveryGround {
  const made: string[] = [];
  const told: LayerProgressPart[] = [];
  const delivery = createDeliveryService({
    hosts: { list: async () => [thisMachine(source.endpoint)], session: async () => source },
    imageWays: async () => [],
    record,
    scratchDirectory: tmpdir(),
    now: Date.now,
    log: quiet,
  });
  return {
    source,
    delivery,
    told,
    async image(name, layers) {
      const reference = `bizosaas-deliver/${name}-${randomBytes(3).toString('hex')}:1`;
      await makeImage(source, reference, layers);
      made.push(reference);
      return reference;
    },
    deliver(target, reference, signal = new AbortController().signal, onLayer = () => undefined) {
      const take = (layer: LayerProgressPart) => {
        told.push(layer);
        onLayer(layer);
      };
      return delivery.deliver(target, reference, take, signal);
    },
    async [Symbol.asyncDispose]() {
      if (made.length > 0) await docker(source, 'rmi', '--force', ...made);
      await source[Symbol.asyncDispose]();
    },
  };
}

function thisMachine(endpoint: string): Host {
  return {
    ...{ id: 'local', title: 'this machine', source: 'socket', endpoint, selected: true },
    ...{ link: null, connection: { state: 'idle' } },
  };
}

const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** The same files make the same layer, also in another second. */
function layerTar(files: LayerFiles): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  return buffer(readTar(tar));
}

/** From an archive in the legacy layout, which every engine loads. */
export async function makeImage(
  session: HostSession,
  reference: string,
  layers: LayerFiles[],
): Promise<void> {
  const tars = await Promise.all(layers.map(layerTar));
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture: 'amd64', os: 'linux', created: new Date(0).toISOString() },
      config: { Cmd: ['sh'], Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: tars.map((tar) => `sha256:${digest(tar)}`) },
      history: tars.map(() => ({ created: new Date(0).toISOString(), created_by: 'test' })),
    }),
  );
  const paths = tars.map((tar) => `${digest(tar)}.tar`);
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: [reference], Layers: paths }]);
  const files = Object.fromEntries(tars.map((tar, index) => [paths[index] ?? '', tar]));
  const archive = tarOf({ 'manifest.json': manifest, 'config.json': config, ...files });
  await session.engine.loadImages(archive, () => undefined);
}
