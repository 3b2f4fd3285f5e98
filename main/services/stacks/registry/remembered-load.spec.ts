import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sampleProject } from '../preflight/sample';
import { rememberLoads } from './remembered-load';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-load-'));
  await writeFile(join(folder, 'compose.yaml'), 'one');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function setUp() {
  const clock = { at: 0 };
  const load = vi.fn(async () => ({ project: sampleProject([]), warnings: [], variables: [] }));
  const remembering = rememberLoads(load, () => clock.at);
  return { clock, load, ask: () => remembering({ files: [join(folder, 'compose.yaml')], environment: {} }) };
}

it('parses once for callers that ask at the same time', async () => {
  const { ask, load } = setUp();
  await Promise.all([ask(), ask()]);
  await ask();
  expect(load).toHaveBeenCalledTimes(1);
});

it.each(['compose.yaml', '.env', 'other.yml'])('sees an edit of %s at once', async (name) => {
  const { ask, load } = setUp();
  await ask();
  await writeFile(join(folder, name), 'changed');
  await ask();
  expect(load).toHaveBeenCalledTimes(2);
});

it('believes nothing for longer than a second', async () => {
  const { ask, load, clock } = setUp();
  await ask();
  clock.at = 1000;
  await ask();
  expect(load).toHaveBeenCalledTimes(2);
});

it('forgets failures', async () => {
  const { ask, load } = setUp();
  load.mockRejectedValueOnce(new Error('broken'));
  await expect(ask()).rejects.toThrow('broken');
  await expect(ask()).resolves.toBeDefined();
});
