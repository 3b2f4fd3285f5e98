/** What the next console makes of a removal, a stop or a restart whose console was killed, through the stacks room's facade. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StacksService } from '../../main/services/stacks/face';
import { breakLock } from '../../main/services/stacks/lock/lock';
import type { Stack } from '../../preload/contract';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { containing, matching } from '../support/matchers';
import {
  type ApplyProcess,
  type ApplyProgram,
  bundleApplyProgram,
  KILLED_OWNER,
  type KilledChange,
} from './apply-process';
import { stacksOf, writeSandbox } from './stacks-fixture';

const session = openTestSession();
const { engine } = session;
const { signal } = new AbortController();
const silent = { phase: () => undefined, service: () => undefined };
const on = { hostId: 'test', stackId: 'sandbox' };
let program: ApplyProgram;
let image = '';
let folder = '';
let name = '';
let stacks: StacksService;

beforeAll(async () => {
  [program, image] = await Promise.all([bundleApplyProgram(), tinyImage(session)]);
});
beforeEach(async () => {
  name = uniqueProject('cutoff');
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-cut-off-'));
  await writeSandbox(folder, composeFile());
  stacks = consoleHere();
  await stacks.apply(on, { services: [] }, silent, signal);
});
afterEach(async () => {
  await breakLock(session, name);
  await removeProject(session, name);
  await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await program.remove();
  await session[Symbol.asyncDispose]();
});

/** The second service takes four seconds to stop: time to be killed in. */
function composeFile(): string {
  return `name: ${name}
services:
  db: { image: "${image}", command: [sleep, "600"], stop_grace_period: 0s, volumes: ["data:/data"] }
  slow:
    image: "${image}"
    command: [sh, -c, "trap '' TERM; sleep 600 & wait"]
    stop_grace_period: 4s
    depends_on: [db]
volumes:
  data: {}
`;
}

/** A console that starts now: it has nothing but what lies on the disk and on the engine. */
function consoleHere(): StacksService {
  return stacksOf(session, folder, { owner: 'next console' });
}

/** Killed as soon as it is on the disk that the first service is done. */
async function killed(change: KilledChange): Promise<Stack['unfinished']> {
  const child = await begin(change);
  const before = (await stacks.history(on)).length;
  await child.killWhen('one step is done', async () => {
    const records = await stacks.history(on);
    return records.length > before && records[0]?.doneSteps === 1;
  });
  stacks = consoleHere();
  return unfinished();
}

async function begin(change: KilledChange): Promise<ApplyProcess> {
  const { project } = await stacks.load(on.stackId);
  return program.start(session, project, join(folder, 'data/journal'), change);
}

async function unfinished(): Promise<Stack['unfinished']> {
  return (await stacks.list('test')).find((stack) => stack.id === on.stackId)?.unfinished ?? null;
}

const outcomes = async (): Promise<string[]> =>
  (await stacks.history(on)).map(({ change, outcome }) => `${change} ${outcome}`);

const volumesLeft = async (): Promise<string[]> =>
  (await stacks.removalPreview(on)).volumes.map((volume) => volume.name);

describe('a removal whose console was killed', () => {
  it('is shown with what is left of it and the choice about volumes, and goes on to the end', async () => {
    const shown = await killed('remove with volumes');
    expect(shown).toMatchObject({ change: 'remove', volumes: true, doneSteps: 1, totalSteps: 4 });
    expect(await stacks.lock(on)).toMatchObject({ owner: KILLED_OWNER, stale: true });
    expect(await stacks.removalPreview(on)).toMatchObject({
      containers: [`${name}-slow-1`],
      volumes: [{ name: `${name}_data` }],
    });
    const journalId = shown?.journalId ?? '';
    await expect(stacks.continueAct(on, journalId, silent, signal)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { summary } = await stacks.continueRemoval(on, journalId, silent, signal);
    expect(summary).toBe(`Removed from ${name}: 1 container, 1 network, 1 volume.`);
    expect(await stacks.removalPreview(on)).toEqual({ containers: [], networks: [], volumes: [] });
    expect(await unfinished()).toBeNull();
    expect(await stacks.lock(on)).toBeNull();
    expect(await outcomes()).toEqual(['remove succeeded', 'remove interrupted', 'apply succeeded']);
    // As a window asks that shows an old state: nothing made since may go.
    await expect(stacks.continueRemoval(on, journalId, silent, signal)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: containing(`The removal ${journalId} of ${name} has ended already`),
    });
    expect(await outcomes()).toHaveLength(3);
  });

  it('keeps volumes that were not chosen, and may be left as it is', async () => {
    const shown = await killed('remove');
    expect(shown).toMatchObject({ change: 'remove', volumes: false, totalSteps: 3 });
    await stacks.continueRemoval(on, shown?.journalId ?? '', silent, signal);
    expect(await volumesLeft()).toEqual([`${name}_data`]);
    await stacks.apply(on, { services: [] }, silent, signal);
    const again = await killed('remove');
    await stacks.dismissApply(on, again?.journalId ?? '');
    expect(await unfinished()).toBeNull();
    expect(await stacks.history(on)).toMatchObject([
      { change: 'remove', outcome: 'interrupted', summary: 'Left as it is.' },
      ...[{ change: 'apply' }, { outcome: 'succeeded' }, { outcome: 'interrupted' }, { change: 'apply' }],
    ]);
  });
});

describe('a removal of what several consoles were killed at', () => {
  it('leaves none of their changes to continue', async () => {
    await killed('restart');
    await breakLock(session, name);
    await (await begin('stop')).killAt('slow stopping');
    await breakLock(session, name);
    stacks = consoleHere();
    await stacks.remove(on, { volumes: true }, silent, signal);
    expect(await stacks.history(on)).toMatchObject([
      { change: 'remove', outcome: 'succeeded' },
      { change: 'stop', outcome: 'interrupted', summary: matching(/^Its place was taken by/) },
      { change: 'restart', outcome: 'interrupted', summary: matching(/^Its place was taken by/) },
      { change: 'apply', outcome: 'succeeded' },
    ]);
  });
});

describe('an apply over a removal whose console was killed', () => {
  it('takes its place, and the journal does not call that going on with it', async () => {
    await killed('remove');
    const { continues, apply } = await stacks.prepare(on, { services: [] });
    expect(continues).toMatchObject({ change: 'remove' });
    await apply(silent, signal);
    expect(await unfinished()).toBeNull();
    expect(await stacks.history(on)).toMatchObject([
      { change: 'apply', outcome: 'succeeded' },
      { change: 'remove', outcome: 'interrupted', summary: matching(/^Its place was taken by \S+\.$/) },
      { change: 'apply' },
    ]);
  });
});

describe('a restart or stop whose console was killed', () => {
  it('stays to be continued when another service is acted on', async () => {
    const shown = await killed('restart');
    await stacks.act(on, ['db'], 'restart', silent, signal);
    expect(await unfinished()).toEqual(shown);
    expect(await stacks.lock(on)).toBeNull();
    await stacks.act(on, ['slow', 'db'], 'restart', silent, signal);
    expect(await unfinished()).toBeNull();
    expect(await stacks.history(on)).toMatchObject([
      ...[{ change: 'restart' }, { change: 'restart', outcome: 'succeeded' }],
      { change: 'restart', outcome: 'interrupted', summary: matching(/^Continued by/) },
      { change: 'apply' },
    ]);
  });

  it('goes on with the services it had not come to, or gives way to the same asked again', async () => {
    const shown = await killed('restart');
    expect(shown).toMatchObject({ change: 'restart', doneSteps: 1, totalSteps: 2 });
    const startOf = async (service: string) =>
      (await engine.inspectContainer(`${name}-${service}-1`)).startedAt ?? 0;
    const [db, slow] = [await startOf('db'), await startOf('slow')];
    const { summary } = await stacks.continueAct(on, shown?.journalId ?? '', silent, signal);
    expect(summary).toBe('2 services restarted.');
    expect(await startOf('db')).toBe(db);
    expect(await startOf('slow')).toBeGreaterThan(slow);
    expect(await outcomes()).toEqual(['restart succeeded', 'restart interrupted', 'apply succeeded']);
    await (await begin('stop')).killAt('slow stopping');
    stacks = consoleHere();
    expect(await unfinished()).toMatchObject({ change: 'stop', doneSteps: 0 });
    await stacks.act(on, [], 'stop', silent, signal);
    expect(await unfinished()).toBeNull();
    expect((await outcomes()).slice(0, 2)).toEqual(['stop succeeded', 'stop interrupted']);
    const states = await engine.listContainers([`com.docker.compose.project=${name}`]);
    expect(states.map(({ state }) => state)).toEqual(['exited', 'exited']);
  });
});
