/** Delivers what a person asked for: services of a stack, or images by name. */
import type { ImageWay, LayerProgressPart, ServiceProgress } from '../../../preload/contract';
import { formatBytes, plural } from '../../words/quantities';
import type { HostsService } from '../hosts/face';
import type { ApplyProgress, OnStack } from '../stacks/face';
import type { DeliveryRequest, DeliveryService } from './face';

interface RequestDeps {
  hosts: Pick<HostsService, 'session'>;
  now: () => number;
  deliver: DeliveryService['deliver'];
  imageWays: (on: OnStack, signal?: AbortSignal) => Promise<ImageWay[]>;
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
  const session = await deps.hosts.session(request.hostId, signal);
  let sent = 0;
  for (const [index, image] of wanted.entries()) {
    progress.phase(`Delivering ${image.reference}`, index, wanted.length);
    const row = createRow(image, progress, deps.now);
    try {
      const { wireBytes } = await deps.deliver(session, image.reference, row.layer, signal);
      row.end('ready', wireBytes === 0 ? 'Present.' : `Delivered, ${formatBytes(wireBytes)} sent.`);
      sent += wireBytes;
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      row.end(signal.aborted ? 'cancelled' : 'failed', said);
      throw error;
    }
  }
  return wanted.length === 0
    ? 'Nothing to deliver: every image is on the host, or the host gets it by itself.'
    : `${plural(wanted.length, 'image')} on the host, ${formatBytes(sent)} sent.`;
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
  end: (phase: 'ready' | 'failed' | 'cancelled', detail: string) => void;
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
