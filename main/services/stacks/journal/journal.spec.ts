import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJournal } from './journal';
import { readEntries, unfinishedOf } from './replay';

vi.mock('node:fs/promises', { spy: true });

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

  it('keeps what the newest apply proved', async () => {
    const journal = createJournal(directory);
    for (const [at, startedAt] of [
      [begin.at, 1],
      [begin.at + 1, 2],
    ] as const) {
      const writer = await journal.open({ ...begin, at });
      await writer.append({ kind: 'proof', at, containerId: 'c', startedAt });
      await writer.append({ kind: 'end', at, outcome: 'succeeded', summary: 'Done.' });
      await writer.close();
    }
    expect([...(await createJournal(directory).proofs('h', 'p'))]).toEqual([['c', 2]]);
    expect([...(await journal.proofs('h', 'other'))]).toEqual([]);
  });

  it('looks past a restart that ended to the apply before it, and not past one that was cut off', async () => {
    const journal = createJournal(directory);
    const apply = await journal.open(begin);
    await apply.append({ kind: 'proof', at: 1, containerId: 'c', startedAt: 1 });
    await apply.close();
    const act = { ...begin, change: 'restart' as const, services: ['a'] };
    const ended = await journal.open({ ...act, at: begin.at + 1 });
    await ended.append({ kind: 'end', at: 1, outcome: 'succeeded', summary: 'Done.' });
    await ended.close();
    expect(await journal.unfinished('h', 'p')).toMatchObject({ begin: { journalId: apply.journalId } });
    expect([...(await journal.proofs('h', 'p'))]).toEqual([['c', 1]]);
    const cut = await journal.open({ ...act, at: begin.at + 2 });
    await cut.append({ kind: 'step', at: 1, state: 'end', id: 'a', detail: 'Restarting a' });
    await cut.close();
    expect(await journal.unfinished('h', 'p')).toMatchObject({ begin: { change: 'restart' }, doneSteps: 1 });
    expect([...(await journal.doneSteps('h', cut.journalId))]).toEqual(['a']);
    expect((await journal.history('h', 'p')).map(({ change, summary }) => [change, summary])).toEqual([
      ['restart', 'The console ended before the restart did.'],
      ['restart', 'Done.'],
      ['apply', 'The console ended before the apply did.'],
    ]);
  });

  it('names every change without an end that nobody is at work on, deliveries aside', async () => {
    const journal = createJournal(directory);
    const apply = await journal.open(begin);
    await apply.close();
    const ended = await journal.open({ ...begin, at: begin.at + 1 });
    await ended.append({ kind: 'end', at: 1, outcome: 'succeeded', summary: 'Done.' });
    await ended.close();
    const restart = await journal.open({ ...begin, at: begin.at + 2, change: 'restart' });
    await restart.close();
    const delivery = await journal.open({ ...begin, at: begin.at + 3, change: 'deliver' });
    await delivery.close();
    const running = await journal.open({ ...begin, at: begin.at + 4, change: 'remove' });
    expect(await journal.allUnfinished('h', 'p')).toEqual([restart.journalId, apply.journalId]);
    expect(await journal.allUnfinished('h', 'other')).toEqual([]);
    await running.close();
  });

  it('says why a removal was given up, with the volumes it was to take, and takes up its journal again', async () => {
    const journal = createJournal(directory);
    const removal = await journal.open({ ...begin, change: 'remove', volumes: true });
    await removal.append({ kind: 'link', at: 2, state: 'given-up', detail: 'The link did not come back.' });
    await removal.close();
    expect(await journal.unfinished('h', 'p')).toMatchObject({ begin: { change: 'remove', volumes: true } });
    expect(await journal.history('h', 'p')).toMatchObject([
      { change: 'remove', outcome: 'interrupted', summary: 'The link did not come back.' },
    ]);
    const again = await journal.resume('h', removal.journalId);
    expect(await journal.unfinished('h', 'p')).toBeNull();
    await again?.close();
    expect(await journal.unfinished('h', 'p')).not.toBeNull();
    expect(await journal.resume('h', 'none')).toBeNull();
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

  it('leaves an apply that runs in another process of this machine to that process', async () => {
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    const pid = other.pid ?? 0;
    const journal = createJournal(directory);
    const writer = await journal.open({ ...begin, at: Date.now(), pid, machine: hostname() });
    await writer.close();
    const next = createJournal(directory);
    expect(await next.unfinished('h', 'p')).toBeNull();
    expect(await next.history('h', 'p')).toMatchObject([{ outcome: 'running' }]);
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await next.unfinished('h', 'p')).toMatchObject({ begin: { pid } });
    expect(await next.history('h', 'p')).toMatchObject([{ outcome: 'interrupted' }]);
  });

  it.each([
    ['another machine', { machine: 'elsewhere', at: Date.now() }],
    ['a time before this machine began', { machine: hostname(), at: begin.at }],
  ])('takes a number of a process for nothing when it is of %s', async (_, about) => {
    const journal = createJournal(directory);
    const writer = await journal.open({ ...begin, ...about, pid: process.ppid });
    await writer.close();
    expect(await journal.unfinished('h', 'p')).not.toBeNull();
  });

  it('keeps fifty of each project', async () => {
    const journal = createJournal(directory);
    const note = async (project: string, at: number): Promise<void> => {
      const writer = await journal.open({ ...begin, project, at });
      await writer.append({ kind: 'end', at, outcome: 'succeeded', summary: String(at) });
      await writer.close();
    };
    await note('q', begin.at);
    for (let index = 0; index < 53; index += 1) await note('p', begin.at + index);
    const [folder = ''] = await readdir(directory);
    expect(await readdir(join(directory, folder))).toHaveLength(51);
    expect((await journal.history('h', 'p')).map(({ summary }) => summary).at(-1)).toBe(String(begin.at + 3));
    expect(await journal.history('h', 'q')).toHaveLength(1);
  });

  it('counts acts by themselves, and keeps the newest apply and what did not end', async () => {
    const journal = createJournal(directory);
    const cut = await journal.open({ ...begin, change: 'restart', services: ['a'] });
    await cut.close();
    const note = async (at: number, change: 'apply' | 'remove' | 'stop'): Promise<void> => {
      const writer = await journal.open({ ...begin, change, at });
      await writer.append({ kind: 'end', at, outcome: 'succeeded', summary: String(at) });
      await writer.close();
    };
    await note(begin.at + 1, 'apply');
    for (let index = 2; index < 53; index += 1) await note(begin.at + index, 'remove');
    for (let index = 53; index < 105; index += 1) await note(begin.at + index, 'stop');
    const history = await createJournal(directory).history('h', 'p');
    const count = (wanted: string) => history.filter(({ change }) => change === wanted).length;
    expect([count('apply'), count('remove'), count('stop')]).toEqual([1, 50, 50]);
    expect(history.at(-1)).toMatchObject({ journalId: cut.journalId, outcome: 'interrupted' });
    const [folder = ''] = await readdir(directory);
    expect(await readdir(join(directory, folder))).toHaveLength(102);
  });

  it('takes a delivery that was cut off for no change to continue, and counts it with the acts', async () => {
    const journal = createJournal(directory);
    const apply = await journal.open(begin);
    await apply.close();
    const cut = await journal.open({ ...begin, change: 'deliver', at: begin.at + 1 });
    await cut.close();
    expect(await journal.unfinished('h', 'p')).toMatchObject({ begin: { journalId: apply.journalId } });
    expect((await journal.history('h', 'p'))[0]).toMatchObject({
      ...{ change: 'deliver', outcome: 'interrupted' },
      summary: 'The console ended before the delivery did.',
    });
    for (let index = 2; index < 53; index += 1) {
      const writer = await journal.open({ ...begin, change: 'deliver', at: begin.at + index });
      await writer.append({ kind: 'end', at: 1, outcome: 'succeeded', summary: 'Done.' });
      await writer.close();
    }
    const kept = await createJournal(directory).history('h', 'p');
    expect(kept.map(({ journalId }) => journalId)).not.toContain(cut.journalId);
    expect(kept.at(-1)).toMatchObject({ journalId: apply.journalId, change: 'apply' });
  });

  it('counts nothing as running whose file could not be opened', async () => {
    const journal = createJournal(directory);
    const writer = await journal.open(begin);
    await writer.close();
    vi.mocked(open).mockRejectedValueOnce(new Error('too many open files'));
    await expect(journal.resume('h', writer.journalId)).rejects.toThrow('too many open files');
    expect(await journal.unfinished('h', 'p')).not.toBeNull();
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
