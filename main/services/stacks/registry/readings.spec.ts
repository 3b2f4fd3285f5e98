import { describe, expect, it } from 'vitest';
import { DomainError } from '../../errors';
import { createReadings } from './readings';

const shop = { project: 'shop', title: 'Corner shop', sandbox: false };
const wrong = new DomainError(
  'INVALID_COMPOSE',
  { file: '/c.yaml', line: 4, column: 5, excerpt: 'imag', detail: 'unknown' },
  '/c.yaml:4:5: unknown',
);

describe('what the files of a stack said last', () => {
  it('is kept, with its age, from the first failure until they can be read again', () => {
    let clock = 10;
    const readings = createReadings(() => clock);
    readings.read('shop', shop);
    clock = 20;
    readings.failed('shop', wrong);
    clock = 30;
    expect(readings.failed('shop', wrong)).toEqual({
      identity: shop,
      unreadable: {
        failure: { code: 'INVALID_COMPOSE', message: '/c.yaml:4:5: unknown', data: wrong.data },
        since: 20,
        lastReadAt: 10,
      },
    });
    readings.read('shop', shop);
    clock = 40;
    expect(readings.failed('shop', wrong).unreadable).toMatchObject({ since: 40, lastReadAt: 30 });
  });

  it('is nothing for files that never could be read', () => {
    const readings = createReadings(() => 5);
    expect(readings.failed('shop', wrong)).toMatchObject({
      identity: null,
      unreadable: { since: 5, lastReadAt: null },
    });
  });
});
