import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Console, createConsole } from '../../console';
import { createPlatform } from '../../platform';
import { createJournal } from '../../services/stacks/journal/journal';
import { stacks } from './stacks';

const PROJECT = 'bizosaas-sandbox';
const MISMATCH = { code: 'CONFIRMATION_MISMATCH', data: { expected: PROJECT } };
const broken = { hostId: 'local', stackId: 'sandbox' };
let folder = '';
let opened: Console;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-procedures-'));
  await mkdir(join(folder, 'stacks/sandbox'), { recursive: true });
  await writeFile(join(folder, 'stacks/sandbox/compose.yaml'), `name: ${PROJECT}\nservices: [\n`);
  const environment = { BIZOSAAS_HOME: folder, DOCKER_HOST: 'unix:///nowhere/engine.sock' };
  const facts = { stacksDirectory: join(folder, 'stacks'), version: '1.2.3', environment };
  opened = createConsole(createPlatform(facts));
});
afterEach(async () => {
  await opened.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('a stack whose file is broken', () => {
  it('is confirmed by its name and handed to a task', async () => {
    const { context } = opened;
    const removal = { ...broken, volumes: false, confirm: PROJECT };
    const { taskId } = await call(stacks.remove, removal, { context });
    const undo = await call(stacks.undoApply, { ...broken, journalId: 'j' }, { context });
    const titles = opened.services.tasks.list().map(({ id, title }) => [id, title]);
    expect(Object.fromEntries(titles)).toEqual({
      [taskId]: `Remove ${PROJECT}`,
      [undo.taskId]: `Undo the apply of ${PROJECT}`,
    });
  });

  it('is guarded against another name', async () => {
    const { context } = opened;
    const confirm = 'other';
    await expect(
      call(stacks.remove, { ...broken, volumes: false, confirm }, { context }),
    ).rejects.toMatchObject(MISMATCH);
    await expect(call(stacks.breakLock, { ...broken, confirm }, { context })).rejects.toMatchObject(MISMATCH);
    const removal = { ...broken, journalId: 'j', confirm };
    await expect(call(stacks.continueRemoval, removal, { context })).rejects.toMatchObject(MISMATCH);
    expect(opened.services.tasks.list()).toEqual([]);
  });
});

it('names the task of what is continued by what was interrupted, and refuses the journal of another kind', async () => {
  const about = { stackId: 'sandbox', hostId: 'local', project: PROJECT, owner: 'a console', pid: 0, at: 1 };
  const rest = { planDigest: '', definitionDigest: '', stepIds: ['stop:db'], continues: null, prior: [] };
  const act = { change: 'stop' as const, services: ['db'] };
  const writer = await createJournal(join(folder, 'data/journal')).open({ ...about, ...rest, ...act });
  await writer.close();
  const { context } = opened;
  const { journalId } = writer;
  await call(stacks.continueAct, { ...broken, journalId }, { context });
  await call(stacks.continueRemoval, { ...broken, journalId, confirm: PROJECT }, { context });
  const ended = () => opened.services.tasks.list().filter(({ endedAt }) => endedAt !== null);
  await vi.waitFor(() => expect(ended()).toHaveLength(2));
  const [continued, removal] = ended()
    .sort((one, other) => one.title.localeCompare(other.title))
    .reverse();
  expect(continued).toMatchObject({ kind: 'stop', title: `Continue the stop of ${PROJECT}` });
  expect(removal).toMatchObject({
    ...{ kind: 'remove', title: `Continue removing ${PROJECT}` },
    status: { state: 'failed', failure: { code: 'NOT_FOUND' } },
  });
});

it('leaves an apply alone that another console of this machine is at work on', async () => {
  const about = { stackId: 'sandbox', hostId: 'local', project: PROJECT, owner: 'the command line' };
  const rest = { planDigest: '', definitionDigest: '', stepIds: [], continues: null, prior: [] };
  const running = { pid: process.ppid, machine: hostname(), at: Date.now() };
  const writer = await createJournal(join(folder, 'data/journal')).open({ ...about, ...rest, ...running });
  await writer.close();
  const { journalId } = writer;
  const { context } = opened;
  await expect(call(stacks.dismissApply, { ...broken, journalId }, { context })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(await call(stacks.history, broken, { context })).toMatchObject([{ journalId, outcome: 'running' }]);
  const [shown] = await opened.services.stacks.list('local');
  expect(shown).toMatchObject({ project: PROJECT, unfinished: null });
});
