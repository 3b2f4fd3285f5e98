/** Delivers what a person asked for: services of a stack, or images by name. */
import type { ImageWay, LayerProgressPart, ServiceProgress } from '../../../preload/contract';
import { formatBytes, plural } from '../../words/quantities';
import { isAway } from '../errors';
import type { HostSession } from '../hosts/host-session';
import type { ApplyProgress, DeliveryAttempt, OnStack, StacksService } from '../stacks/face';
import type { Watching } from './deliver';
import type { DeliveryRequest } from './face';

interface RequestDeps {
  now: () => number;
  deliver: (
    session: HostSession,
    reference: string,
    watching: Watching,
    signal: AbortSignal,
  ) => Promise<{ wireBytes: number }>;
  imageWays: (on: OnStack, signal?: AbortSignal) => Promise<ImageWay[]>;
  record: StacksService['recordDelivery'];
}

interface Wanted {
  reference: string;
  /** The rows that show it: the services that need it, else the image itself. */
  rows: string[];
}

export async function runRequest(
  deps: RequestDeps,
  request: DeliveryRequest,
  progress: ApplyProgress,
  signal: AbortSignal,
): Promise<string> {
  const wanted = await wantedImages(deps, request, signal);
  if (wanted.length === 0)
    return 'Nothing to deliver: every image is on the host, or the host gets it by itself.';
  const { hostId, stackId } = request;
  const about = { hostId, stackId, images: wanted.map(({ reference }) => reference) };
  const sums = { images: 0, sent: 0 };
  return deps.record(about, progress, signal, async (attempt) => {
    // In order, so that the next try begins with the one this one did not end.
    for (const image of wanted.slice(sums.images)) {
      progress.phase(`Delivering ${image.reference}`, sums.images, wanted.length);
      await deliverOne(deps, { image, attempt, progress, sums });
      sums.images += 1;
    }
    return `${plural(wanted.length, 'image')} on the host, ${formatBytes(sums.sent)} sent.`;
  });
}

interface One {
  image: Wanted;
  attempt: DeliveryAttempt;
  progress: ApplyProgress;
  /** Of all tries. */
  sums: { sent: number };
}

async function deliverOne(deps: RequestDeps, { image, attempt, progress, sums }: One): Promise<void> {
  const { session, signal, step } = attempt;
  const { reference } = image;
  const row = createRow(image, progress, deps.now);
  const onSent = (bytes: number) => {
    sums.sent += bytes;
  };
  try {
    const { wireBytes } = await step(reference, () =>
      deps.deliver(session, reference, { onLayer: row.layer, onSent }, signal),
    );
    row.end('ready', wireBytes === 0 ? 'Present.' : `Delivered, ${formatBytes(wireBytes)} sent.`);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (isAway(error)) row.end('waiting', 'Waiting for the link to come back.');
    else row.end(signal.aborted ? 'cancelled' : 'failed', said);
    throw error;
  }
}

async function wantedImages(
  { imageWays }: RequestDeps,
  { hostId, stackId, services, images }: DeliveryRequest,
  signal: AbortSignal,
): Promise<Wanted[]> {
  const ways = stackId === null ? [] : await imageWays({ hostId, stackId }, signal);
  const chosen = ways.filter((way) =>
    services.length === 0 ? way.way === 'deliver' : way.services.some((name) => services.includes(name)),
  );
  return [
    ...chosen.map((way) => ({ reference: way.reference, rows: way.services })),
    ...images.map((reference) => ({ reference, rows: [reference] })),
  ];
}

interface Row {
  layer: (part: LayerProgressPart) => void;
  end: (phase: 'ready' | 'waiting' | 'failed' | 'cancelled', detail: string) => void;
}

function createRow({ reference, rows }: Wanted, progress: ApplyProgress, now: () => number): Row {
  const since = now();
  const parts = new Map<string, LayerProgressPart>();
  const tell = (phase: ServiceProgress['phase'], detail: string) => {
    const all = [...parts.values()];
    const add = (values: (number | null)[]) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    const sums = {
      done: add(all.map(({ done }) => done)),
      total: add(all.map(({ total }) => total)),
      unit: 'bytes' as const,
    };
    for (const service of rows)
      progress.service({ service, phase, detail, ...sums, parts: all, logTail: [], since });
  };
  tell('delivering', `Looking at what the host lacks of ${reference}.`);
  return {
    layer: (part) => {
      parts.set(part.id, part);
      tell('delivering', `${part.status}: ${reference}`);
    },
    end: tell,
  };
}
