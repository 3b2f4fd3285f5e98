/** Public face of the delivery room: images of this machine's engine onto a host that has no registry to pull from. */
import type { DeliveryPlan, LayerProgressPart } from '../../../preload/contract';
import type { HostSession } from '../hosts/host-session';
import type { OnStack } from '../stacks/face';

export interface DeliveryService {
  /** How every image of the stack will get there. Changes nothing. */
  plan(on: OnStack, signal?: AbortSignal): Promise<DeliveryPlan>;
  /** Whether this machine's engine has the image under that name; null when it can't or need not be delivered there. */
  offer(
    session: HostSession,
    reference: string,
    signal?: AbortSignal,
  ): Promise<{ sizeBytes: number; from: string } | null>;
  /**
   * Brings one image over: only the layers the host lacks, resumed where an earlier try ended, verified by
   * digest. Goes on over a lost link until the signal aborts. Rejects with NOT_FOUND when this machine has no
   * such image, CONFLICT when the host's disk is full or a digest is wrong.
   */
  deliver(
    session: HostSession,
    reference: string,
    onLayer: (layer: LayerProgressPart) => void,
    signal: AbortSignal,
  ): Promise<{ wireBytes: number }>;
}
