/** Delivery room: finds images on this machine's engine and brings them onto hosts behind SSH. */
import type { ImageWay } from '../../../preload/contract';
import { DomainError, hasCode } from '../errors';
import type { ImageDetail } from '../hosts/engine';
import type { HostsService } from '../hosts/face';
import type { HostSession } from '../hosts/host-session';
import type { SshSession } from '../hosts/ssh/face';
import type { Log } from '../log';
import type { OnStack, StacksService } from '../stacks/face';
import { deliverImage, type Watching } from './deliver';
import type { DeliveryOffer, DeliveryService } from './face';
import { nothingHere } from './failures';
import { type LayerMemory, layersOfImages } from './host-layers';
import { sharedDepth } from './layers';
import { runRequest } from './run-request';
import { findSource, type Source } from './source';

export interface DeliveryDeps {
  hosts: Pick<HostsService, 'list' | 'session'>;
  /** Keeps a delivery by itself on record, and waits with it for a lost link. */
  record: StacksService['recordDelivery'];
  /** How the stack's images come onto the host, as pre-flight tells it. */
  imageWays: (on: OnStack, signal?: AbortSignal) => Promise<ImageWay[]>;
  /** Writable; for layers on their way. */
  scratchDirectory: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
}

export function createDeliveryService(deps: DeliveryDeps): DeliveryService {
  const { hosts, now } = deps;
  const memory: LayerMemory = new Map();
  const inOrder = createQueues();

  async function requireSource(reference: string, signal: AbortSignal): Promise<Source> {
    const source = await findSource(hosts, signal);
    if (source === null || (await imageOf(source.session, reference, signal)) === null)
      throw nothingHere(reference);
    return source;
  }

  async function deliver(
    session: HostSession,
    reference: string,
    watching: Watching,
    signal: AbortSignal,
  ): Promise<{ wireBytes: number }> {
    const target = requireSsh(session);
    const { session: source } = await requireSource(reference, signal);
    return inOrder(target.hostId, async () => {
      signal.throwIfAborted();
      const hostLayers = () => layersOfImages(target.engine, target.hostId, memory, signal);
      return deliverImage(deps, { source, target, reference, hostLayers }, watching, signal);
    });
  }

  return {
    deliver: (session, reference, onLayer, signal) => deliver(session, reference, { onLayer }, signal),
    async offer(session, reference, signal) {
      if (!isSsh(session)) return null;
      const source = await findSource(hosts, signal);
      const image = source && (await imageOf(source.session, reference, signal));
      if (!source || !image) return null;
      const known = await layersOfImages(session.engine, session.hostId, memory, signal);
      const sizes = await source.session.engine.layerSizes(image.id, image.rootFsLayers, signal);
      return toOffer(source, image, sizes?.slice(sharedDepth(image.rootFsLayers, known)) ?? null);
    },
    async plan(on, signal) {
      const [source, images] = await Promise.all([findSource(hosts, signal), deps.imageWays(on, signal)]);
      const from = source && { hostId: source.session.hostId, title: source.title };
      return { ...on, at: now(), source: from, images };
    },
    async takeIn(rootFs, reference, signal) {
      const source = await findSource(hosts, signal);
      await source?.session.engine.importImage(rootFs, reference, [], signal);
      return source !== null;
    },
    run: (request, progress, signal) =>
      runRequest({ now, deliver, imageWays: deps.imageWays, record: deps.record }, request, progress, signal),
  };
}

function toOffer({ title }: Source, image: ImageDetail, missing: number[] | null): DeliveryOffer {
  const missingBytes = missing?.reduce((sum, size) => sum + size, 0) ?? null;
  return { sizeBytes: image.sizeBytes, missingBytes, from: title, labels: image.labels };
}

async function imageOf(
  source: HostSession,
  reference: string,
  signal?: AbortSignal,
): Promise<ImageDetail | null> {
  return source.engine.inspectImage(reference, signal).catch((error: unknown) => {
    if (hasCode(error, 'NOT_FOUND')) return null;
    throw error;
  });
}

function isSsh(session: HostSession | SshSession): session is SshSession {
  return 'withBulk' in session;
}

function requireSsh(session: HostSession): SshSession {
  if (isSsh(session)) return session;
  const detail = `${session.endpoint} is no host behind SSH; images are delivered only there.`;
  throw new DomainError('CONFLICT', { what: 'delivery', detail }, detail);
}

/** One piece of work at a time for each key. */
function createQueues(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const turn = (tails.get(key) ?? Promise.resolve()).then(work, work);
    tails.set(
      key,
      turn.catch(() => undefined),
    );
    return turn;
  };
}
