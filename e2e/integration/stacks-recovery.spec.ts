/** What the next console makes of an apply whose console was killed, through the stacks room's facade. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadCompose } from '../../main/services/stacks/compose-file';
import type { StacksService } from '../../main/services/stacks/face';
import { breakLock } from '../../main/services/stacks/lock/lock';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { type ApplyProgram, bundleApplyProgram, KILLED_OWNER } from './apply-process';
import { stacksOf, writeSandbox } from './stacks-fixture';

const session = openTestSession();
const { engine } = session;
const { signal } = new AbortController();
const silent = { phase: () => undefined, service: () => undefined };
const on = { hostId: 'test', stackId: 'sandbox' };
const all = { services: [] };
let program: ApplyProgram;
let image = '';
let folder = '';
let file = '';
let name = '';

beforeAll(async () => {
  [program, image] = await Promise.all([bundleApplyProgram(), tinyImage(session)]);
});
beforeEach(async () => {
  name = uniqueProject('nextstart');
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-next-start-'));
  file = await writeSandbox(folder, composeFile());
  const { project } = await loadCompose({ files: [file], environment: {} });
  await program.start(session, project, join(folder, 'data/journal')).killAt('slow gating');
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

/** The second service gets healthy when somebody lets it. */
function composeFile(): string {
  return `name: ${name}
x-common: &common { image: "${image}", command: [sleep, "600"], stop_grace_period: 0s }
services:
  db: { <<: *common, volumes: ["data:/data"] }
  slow:
    <<: *common
    depends_on: [db]
    healthcheck: { test: [CMD, test, -e, /tmp/ready], interval: 1s, timeout: 1s, retries: 100 }
volumes:
  data: {}
`;
}

/** A console that starts now: it has nothing but what lies on the disk and on the engine. */
function nextConsole(): StacksService {
  return stacksOf(session, folder, { owner: 'next console' });
}

async function unfinished(stacks: StacksService) {
  const shown = (await stacks.list('test')).find((stack) => stack.id === on.stackId);
  return { project: shown?.project, containers: shown?.containers, journalId: shown?.unfinished?.journalId };
}

const outcomes = async (stacks: StacksService): Promise<string[]> =>
  (await stacks.history(on)).map(({ outcome }) => outcome);

describe('the next console', () => {
  it('shows what is unfinished and continues it', async () => {
    const stacks = nextConsole();
    const shown = await unfinished(stacks);
    expect(shown).toMatchObject({ project: name, containers: 2, journalId: expect.any(String) });
    expect(await stacks.lock(on)).toMatchObject({ owner: KILLED_OWNER, stale: true });
    await engine.exec(`${name}-slow-1`, ['touch', '/tmp/ready']);
    await stacks.continueApply(on, shown.journalId ?? '', silent, signal);
    expect(await unfinished(stacks)).toMatchObject({ containers: 2, journalId: undefined });
    expect(await stacks.lock(on)).toBeNull();
    expect(await outcomes(stacks)).toEqual(['succeeded', 'interrupted']);
    expect((await stacks.plan(on)).changed).toBe(false);
    for (const late of [stacks.continueApply, stacks.undoApply])
      await expect(late(on, shown.journalId ?? '', silent, signal)).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    expect(await unfinished(stacks)).toMatchObject({ containers: 2 });
  });

  it('undoes it and removes the rest although the file was broken meanwhile', async () => {
    await writeFile(file, `name: ${name}\nservices: [`);
    const stacks = nextConsole();
    await expect(stacks.plan(on)).rejects.toMatchObject({ code: 'INVALID_COMPOSE' });
    const shown = await unfinished(stacks);
    expect(shown).toMatchObject({ project: name, containers: 2, journalId: expect.any(String) });
    const { summary } = await stacks.undoApply(on, shown.journalId ?? '', silent, signal);
    expect(summary).toContain('2 containers and 1 network removed, 0 containers started again');
    expect(await unfinished(stacks)).toMatchObject({ containers: 0, journalId: undefined });
    expect(await stacks.lock(on)).toBeNull();
    expect(await outcomes(stacks)).toEqual(['undone']);
    expect((await stacks.removalPreview(on)).volumes).toMatchObject([{ name: `${name}_data` }]);
    await stacks.remove(on, { volumes: true }, silent, signal);
    expect((await stacks.removalPreview(on)).volumes).toEqual([]);
  });

  it('leaves it as it is, breaks the lock by decision, and applies', async () => {
    const stacks = nextConsole();
    await stacks.dismissApply(on, (await unfinished(stacks)).journalId ?? '');
    expect(await unfinished(stacks)).toMatchObject({ containers: 2, journalId: undefined });
    expect(await stacks.history(on)).toMatchObject([{ outcome: 'interrupted', summary: 'Left as it is.' }]);
    await engine.exec(`${name}-slow-1`, ['touch', '/tmp/ready']);
    await engine.removeContainer(`${name}-db-1`, { force: true, volumes: false });
    await expect(stacks.apply(on, all, silent, signal)).rejects.toMatchObject({
      code: 'APPLY_LOCKED',
      data: { owner: KILLED_OWNER, stale: true },
    });
    await stacks.breakLock(on);
    expect(await stacks.lock(on)).toBeNull();
    expect(await stacks.apply(on, all, silent, signal)).toMatchObject({ changed: true });
    expect(await outcomes(stacks)).toEqual(['succeeded', 'interrupted']);
  });
});
