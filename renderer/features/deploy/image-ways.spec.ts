import { describe, expect, it } from 'vitest';
import type { DeliveryPlan, ImageWay } from '../../../preload/contract';
import { deliverLabel, inOrder, sizeWords, waysSummary } from './image-ways';

function image(reference: string, way: ImageWay['way'], change: Partial<ImageWay> = {}): ImageWay {
  return {
    reference,
    way,
    reason: '',
    services: ['web'],
    sizeBytes: 1024 ** 2,
    missingBytes: null,
    ...change,
  };
}

function planOf(...images: ImageWay[]): DeliveryPlan {
  return { hostId: 'ssh:vps', stackId: 'shop', at: 1, source: null, images };
}

describe('the ways of images', () => {
  const plan = planOf(
    image('a', 'present'),
    image('b', 'deliver', { missingBytes: 512 * 1024 }),
    image('c', 'deliver'),
    image('d', 'unobtainable', { sizeBytes: null }),
  );

  it('put first what is missing', () => {
    expect(inOrder(plan.images).map(({ reference }) => reference)).toEqual(['d', 'b', 'c', 'a']);
  });

  it('are counted, none that does not occur', () => {
    expect(waysSummary(plan)).toBe('4 images: 1 unobtainable, 2 to deliver, 1 present');
  });

  it('promise no fewer bytes than may go over', () => {
    expect(deliverLabel(plan)).toBe('Deliver 2 images, up to 1.5 MiB');
  });

  it('say how much of an image goes over where that is known', () => {
    expect(plan.images.map(sizeWords)).toEqual(['1.0 MiB', '512 KiB of 1.0 MiB', '1.0 MiB', '–']);
  });
});
