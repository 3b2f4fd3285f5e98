/** Files made to exhaust the reader end in a clear error in less than a second. */
import { describe, expect, it } from 'vitest';
import { failureOf } from './fixtures/failure-of';

/** Processor time, so that a busy machine does not decide the outcome. */
const HOSTILE_LIMIT_MS = 1_000;

function processorTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

describe('a hostile file', () => {
  const bomb = Array.from({ length: 30 }, (_, i) => {
    const before = i === 0 ? 'lol' : `*a${i - 1}`;
    return `  b${i}: &a${i} [${Array(9).fill(before).join(', ')}]`;
  });
  const megabyte = (part: string) => part.repeat(Math.ceil(1_000_000 / part.length));
  const most = (part: string) => part.repeat(Math.floor(130_000 / part.length));
  it.each([
    ['aliases that multiply', `services: {a: {image: x}}\nx-bomb:\n${bomb.join('\n')}\n`],
    ['a megabyte of words', megabyte('nonsense ')],
    ['a megabyte of brackets', megabyte('[')],
    ['as much as is read of brackets', most('[')],
    ['as much as is read of dashes', most('- ')],
    ['as much as is read of nested maps', most('{a: ')],
    ['as much as is read of keys', most('a: {}\n')],
    ['as much as is read of quotes', most('"')],
    ['as much as is read of text', most('a: b\n')],
    ['binary', '\u0000\u0001\u0002'],
    ['deep nesting by indentation', Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['nested variables', `services: {a: {image: "${'${A:-'.repeat(20_000)}"}}\n`],
  ])('of %s is refused within a second', async (_, text) => {
    const before = processorTimeMs();
    const { detail } = await failureOf({ 'compose.yaml': text });
    expect(detail).not.toBe('');
    expect(processorTimeMs() - before).toBeLessThan(HOSTILE_LIMIT_MS);
  });
});
