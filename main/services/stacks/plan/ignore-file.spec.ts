import { describe, expect, it } from 'vitest';
import { parseIgnoreFile } from './ignore-file';

describe('parseIgnoreFile', () => {
  it.each([
    ['node_modules', 'node_modules', true],
    ['node_modules', 'node_modules/a/b.js', true],
    ['node_modules', 'src/node_modules', false],
    ['**/node_modules', 'src/node_modules/x', true],
    ['**/node_modules', 'node_modules', true],
    ['*.log', 'a.log', true],
    ['*.log', 'logs/a.log', false],
    ['**/*.log', 'logs/deep/a.log', true],
    ['docs/**', 'docs/a/b', true],
    ['/dist/', 'dist/a', true],
    ['./dist', 'dist', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[ab].txt', 'b.txt', true],
    ['a.b', 'axb', false],
    ['# comment', '# comment', false],
    ['*\n!keep.txt', 'keep.txt', false],
    ['*\n!keep.txt', 'other.txt', true],
    ['!keep.txt\n*', 'keep.txt', true],
    ['', 'anything', false],
  ])('%j on %s', (text, path, ignored) => {
    expect(parseIgnoreFile(text).ignores(path)).toBe(ignored);
  });
});
