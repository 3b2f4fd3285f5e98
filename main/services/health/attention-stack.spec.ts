import { describe, expect, it } from 'vitest';
import { type AttentionInput, deriveAttention } from './attention';
import { NOW, rowSample as row } from './sample';
import { nothingUnderWay, underWayElsewhere } from './under-way';

const shop = { title: 'Shop', unfinished: null };
const failure = {
  code: 'INVALID_COMPOSE' as const,
  message: '/srv/compose.yaml:4:5: imag is not known.',
  data: {},
};

function attention(over: Partial<AttentionInput>) {
  const rows = [row('web', 'healthy'), row('db', 'stopped')];
  const about = { now: NOW, rows, dependsOn: new Map(), engineLost: null, stack: shop, lock: null };
  return deriveAttention({ ...about, underWay: nothingUnderWay, ...over });
}

describe('attention to a stack', () => {
  it.each([
    [7, 'rows show the last definition read'],
    [null, 'rows show what the containers tell of themselves'],
  ])('names a definition that cannot be read, last read %s, with its place', (lastReadAt, source) => {
    const [first] = attention({ stack: { ...shop, unreadable: { failure, since: 9, lastReadAt } } });
    expect(first).toMatchObject({ id: 'definition', since: 9, actions: ['open-deploy'] });
    expect(first?.sentence).toBe(`The definition of Shop can't be read; ${source}. ${failure.message}`);
  });

  it('keeps quiet of what another console is at work on', () => {
    expect(attention({}).map(({ id }) => id)).toEqual(['service:db']);
    expect(attention({ underWay: underWayElsewhere })).toEqual([]);
  });
});
