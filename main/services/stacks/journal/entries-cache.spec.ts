import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEntriesCache } from './entries-cache';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-entries-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('reads a journal anew only when it has changed', async () => {
  const file = join(folder, 'one.jsonl');
  const cache = createEntriesCache();
  const step = (id: string): string =>
    `${JSON.stringify({ kind: 'step', at: 1, state: 'end', id, detail: id })}\n`;
  expect(await cache.read(file)).toEqual([]);
  await appendFile(file, step('a'));
  const first = await cache.read(file);
  expect(first).toHaveLength(1);
  expect(await cache.read(file)).toBe(first);
  await appendFile(file, step('b'));
  expect(await cache.read(file)).toHaveLength(2);
  await rm(file);
  expect(await cache.read(file)).toEqual([]);
});
