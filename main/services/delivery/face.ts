/** Public face of the delivery room: images of this machine's engine onto a host that has no registry to pull from. */
import type { Readable } from 'node:stream';
import type { DeliveryPlan, LayerProgressPart } from '../../../preload/contract';
import type { HostSession } from '../hosts/host-session';
import type { ApplyProgress, OnStack } from '../stacks/face';

/** An image of this machine's engine, seen from a host that lacks it. */
export interface DeliveryOffer {
  /** Of the whole image, uncompressed. */
  sizeBytes: number;
  /** Of the layers the host lacks, uncompressed; null where this engine doesn't tell the size of single layers. */
  missingBytes: number | null;
  /** Title of the host it comes from. */
  from: string;
  labels: Record<string, string>;
}

export interface DeliveryRequest {
  hostId: string;
  /** Its images that have to be delivered; null when only `images` are meant. */
  stackId: string | null;
  /** Empty means all. Named ones are delivered also where the host could get their image in another way. */
  services: string[];
  /** References of further images. */
  images: string[];
}

export interface DeliveryService {
  /** How every image of the stack will get there. Changes nothing. */
  plan(on: OnStack, signal?: AbortSignal): Promise<DeliveryPlan>;
  /** Whether this machine's engine has the image under that name; null when it can't or need not be delivered there. */
  offer(session: HostSession, reference: string, signal?: AbortSignal): Promise<DeliveryOffer | null>;
  /**
   * Brings one image over: only the layers the host lacks, resumed where an earlier try ended, verified by
   * digest. One at a time for each host, so that layers shared by images are sent once. Goes on over a lost link
   * until the signal aborts. Rejects with NOT_FOUND when this machine has no such image, CONFLICT when the
   * host's disk is full or a digest is wrong, CANCELLED.
   */
  deliver(
    session: HostSession,
    reference: string,
    onLayer: (layer: LayerProgressPart) => void,
    signal: AbortSignal,
  ): Promise<{ wireBytes: number }>;
  /**
   * Makes an image of a root file system on this machine's engine, to be delivered from there. False when no
   * engine answers here.
   */
  takeIn(rootFs: Readable, reference: string, signal: AbortSignal): Promise<boolean>;
  /** Delivers the images of a request, one row of progress for each; answers a summary. Rejects as `deliver` does. */
  run(request: DeliveryRequest, progress: ApplyProgress, signal: AbortSignal): Promise<string>;
}
