import { describe, expect, it } from 'vitest';
import { matchingAliases } from './matching-aliases';

const aliases = [
  { alias: 'shop', description: 'root@203.0.113.10' },
  { alias: 'shop-test', description: 'deploy@203.0.113.11' },
  { alias: 'mail', description: 'root@198.51.100.4' },
];
const names = (typed: string) => matchingAliases(aliases, typed).map(({ alias }) => alias);

describe('aliases that fit what is typed', () => {
  it.each([
    ['', ['shop', 'shop-test', 'mail']],
    ['SHOP-', ['shop-test']],
    ['203.0.113', ['shop', 'shop-test']],
    ['nothing', []],
  ])('%j', (typed, found) => {
    expect(names(typed)).toEqual(found);
  });

  it('are all there still once one was picked', () => {
    expect(names('shop')).toEqual(['shop', 'shop-test', 'mail']);
  });
});
