/** How images get onto a host, in words and in the order they are worth reading. Pure. */
import type { DeliveryPlan, ImageWay } from '../../../preload/contract';
import { formatBytes, formatCount } from '../../lib/format';
import type { StatusName } from '../../ui/status-glyph';

type Way = ImageWay['way'];

export const ways: Record<Way, { status: StatusName; word: string }> = {
  unobtainable: { status: 'fail', word: 'Unobtainable' },
  deliver: { status: 'absent', word: 'Deliver' },
  build: { status: 'absent', word: 'Build there' },
  pull: { status: 'absent', word: 'Pull' },
  present: { status: 'pass', word: 'Present' },
};

const order = Object.keys(ways);

/** What is missing first; of the same way by name. */
export function inOrder(images: readonly ImageWay[]): ImageWay[] {
  return [...images].sort(
    (left, right) =>
      order.indexOf(left.way) - order.indexOf(right.way) || left.reference.localeCompare(right.reference),
  );
}

export function toDeliver({ images }: DeliveryPlan): ImageWay[] {
  return images.filter(({ way }) => way === 'deliver');
}

/** Uncompressed; where the layers' sizes are not told, the whole image is the most it can be. */
function bytesOf({ missingBytes, sizeBytes }: ImageWay): number {
  return missingBytes ?? sizeBytes ?? 0;
}

/** `3 images present, 2 to deliver (214 MiB at most, before compression)`. */
export function waysSummary(plan: DeliveryPlan): string {
  const count = (way: Way) => plan.images.filter((image) => image.way === way).length;
  const parts: [Way, string][] = [
    ['unobtainable', 'unobtainable'],
    ['deliver', 'to deliver'],
    ['build', 'to build there'],
    ['pull', 'to pull'],
    ['present', 'present'],
  ];
  const words = parts.flatMap(([way, word]) => (count(way) === 0 ? [] : [`${count(way)} ${word}`]));
  return `${formatCount(plan.images.length, 'image')}: ${words.join(', ')}`;
}

export function deliverLabel(plan: DeliveryPlan): string {
  const images = toDeliver(plan);
  const bytes = images.reduce((sum, image) => sum + bytesOf(image), 0);
  return `Deliver ${formatCount(images.length, 'image')}, up to ${formatBytes(bytes)}`;
}

/** `12 MiB of 214 MiB`: what goes over of the whole, or the whole where all of it does. */
export function sizeWords({ way, missingBytes, sizeBytes }: ImageWay): string {
  if (way !== 'deliver' || missingBytes === null || missingBytes === sizeBytes) return formatBytes(sizeBytes);
  return `${formatBytes(missingBytes)} of ${formatBytes(sizeBytes)}`;
}
