import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PrepareRun } from '../../../preload/contract';
import { createStepRecords } from './records';

const HOST = 'ssh:ada@box:22/..';
let directory = '';
const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bz-records-'));
  vi.clearAllMocks();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const run = (change: Partial<PrepareRun> = {}): PrepareRun => ({
  ...{ id: 'engine', title: 'Install', state: 'done', startedAt: 1, endedAt: 2, exitCode: 0, output: ['x'] },
  ...change,
});

async function shown(records: ReturnType<typeof createStepRecords>): Promise<PrepareRun[]> {
  for await (const update of records.watch(HOST, AbortSignal.timeout(1_000)))
    if (update.type === 'snapshot') return update.items;
  return [];
}

describe('the records of steps', () => {
  it('outlive the console, in one file of the host alone', async () => {
    const before = createStepRecords(directory, log);
    await before.put(HOST, run());
    await before.put('ssh:other', run({ id: 'swap' }));
    await before.save(HOST);
    const files = await readdir(directory);
    expect(files).toHaveLength(1);
    expect(files[0]).not.toContain('/');
    expect(await shown(createStepRecords(directory, log))).toEqual([run()]);
  });

  it('call a step cancelled that was running when the console ended', async () => {
    const before = createStepRecords(directory, log);
    await before.put(HOST, run({ state: 'running', endedAt: null, exitCode: null }));
    await before.save(HOST);
    expect(await shown(createStepRecords(directory, log))).toMatchObject([{ state: 'cancelled' }]);
  });

  it.each(['{', '[{"id":"unheard-of"}]', 'null'])(
    'begin anew and say so when the file holds %s',
    async (text) => {
      const file = join(directory, `${encodeURIComponent(HOST)}.json`);
      await writeFile(file, text);
      const records = createStepRecords(directory, log);
      expect(await shown(records)).toEqual([]);
      expect(log.warn).toHaveBeenCalledOnce();
      await records.put(HOST, run());
      await records.save(HOST);
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([run()]);
    },
  );

  it('tell who watches of each change', async () => {
    const records = createStepRecords(directory, log);
    const seen: string[] = [];
    for await (const update of records.watch(HOST, AbortSignal.timeout(2_000))) {
      if (update.type === 'snapshot') await records.put(HOST, run({ state: 'running' }));
      else seen.push(...update.upsert.map(({ state }) => state));
      if (seen.length > 0) break;
    }
    expect(seen).toEqual(['running']);
  });
});
