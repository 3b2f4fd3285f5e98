import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJournal } from './journal';
import { readEntries, unfinishedOf } from './replay';

let directory = '';
const begin = {
  at: 1_700_000_000_000,
  hostId: 'h',
  stackId: 's',
  project: 'p',
  owner: 'o',
  pid: 1,
  planDigest: '',
  definitionDigest: '',
  stepIds: ['a', 'b', 'c'],
  continues: null,
  prior: [],
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('journal', () => {
  it('knows an apply that did not end, once the process that ran it is gone', async () => {
    const running = createJournal(directory);
    const writer = await running.open(begin);
    await writer.append({ kind: 'step', at: 1, state: 'begin', id: 'a', detail: 'Creating a' });
    await writer.append({ kind: 'step', at: 2, state: 'end', id: 'a', detail: 'Creating a' });
    expect(await running.unfinished('h', 'p')).toBeNull();
    const next = createJournal(directory);
    expect(await next.unfinished('h', 'p')).toMatchObject({
      doneSteps: 1,
      totalSteps: 3,
      phase: 'Creating a',
    });
    expect(await next.unfinished('other', 'p')).toBeNull();
    expect(await next.unfinished('h', 'other')).toBeNull();
    expect(await next.history('h', 'p')).toMatchObject([{ outcome: 'interrupted' }]);
    await next.finish('h', writer.journalId, 'interrupted', { summary: 'Left as it is.', at: 3 });
    expect(await next.unfinished('h', 'p')).toBeNull();
    await writer.close();
  });

  it('reads on after a torn line', async () => {
    const journal = createJournal(directory);
    const writer = await journal.open(begin);
    const [folder = ''] = await readdir(directory);
    await appendFile(join(directory, folder, `${writer.journalId}.jsonl`), '{"kind":"step","at":1,"sta');
    await writer.append({ kind: 'end', at: 2, outcome: 'succeeded', summary: 'Done.' });
    await writer.close();
    expect(await journal.history('h', 'p')).toMatchObject([{ outcome: 'succeeded', summary: 'Done.' }]);
  });

  it('keeps the order of entries that share a sync', async () => {
    const journal = createJournal(directory);
    const writer = await journal.open(begin);
    const ids = Array.from({ length: 50 }, (_, index) => `step ${index}`);
    await Promise.all(
      ids.map((id) => writer.append({ kind: 'step', at: 1, state: 'begin', id, detail: id })),
    );
    await writer.close();
    expect(await createJournal(directory).unfinished('h', 'p')).toMatchObject({ phase: 'step 49' });
  });

  it('shows the newest fifty, newest first', async () => {
    const journal = createJournal(directory);
    for (let index = 0; index < 52; index += 1) {
      const writer = await journal.open({ ...begin, at: begin.at + index });
      await writer.append({ kind: 'end', at: 1, outcome: 'succeeded', summary: String(index) });
      await writer.close();
    }
    const history = await journal.history('h', 'p');
    expect(history).toHaveLength(50);
    expect(history[0]?.summary).toBe('51');
  });

  it('never reads outside its folder', async () => {
    expect(await createJournal(directory).read('h', '../../etc/passwd')).toBeNull();
  });
});

describe('replay', () => {
  it('survives any text', () => {
    fc.assert(fc.property(fc.string(), (text) => unfinishedOf(readEntries(text)) === null));
  });
});
