/** What an open console notices by itself: another console's apply, that console's death, and a file that breaks. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadCompose } from '../../main/services/stacks/compose-file';
import { breakLock } from '../../main/services/stacks/lock/lock';
import { applyUpdate, type LiveCopy } from '../../main/streams/apply-update';
import type { Stack } from '../../preload/contract';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';
import { type ApplyProgram, bundleApplyProgram, KILLED_OWNER } from './apply-process';
import { stacksOf, writeSandbox } from './stacks-fixture';

/** Nobody touches the window meanwhile; two looks fit in. */
const NOTICED_MS = 6_000;
const session = openTestSession();
let program: ApplyProgram;
let image = '';
let folder = '';
let file = '';
let name = '';
let copy: LiveCopy<Stack> | null = null;
let stop = new AbortController();

beforeAll(async () => {
  [program, image] = await Promise.all([bundleApplyProgram(), tinyImage(session)]);
});
beforeEach(async () => {
  name = uniqueProject('semantics');
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-foreign-'));
  file = await writeSandbox(folder, composeFile());
  stop = new AbortController();
  copy = null;
  void watch();
  await until('the window shows the stack', () => shown() !== undefined);
});
afterEach(async () => {
  stop.abort();
  await breakLock(session, name);
  await removeProject(session, name);
  await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await program.remove();
  await session[Symbol.asyncDispose]();
});

function composeFile(): string {
  const never = 'healthcheck: { test: [CMD, "false"], interval: 1s, timeout: 1s, retries: 100 }';
  return `name: ${name}
x-bizosaas: { title: Corner shop, sandbox: true, tiers: [] }
services:
  slow: { image: "${image}", command: [sleep, "600"], stop_grace_period: 0s, ${never} }
`;
}

/** What an open window does: it asks once and listens. */
async function watch(): Promise<void> {
  const stacks = stacksOf(session, folder, { owner: 'the window' });
  for await (const update of stacks.watch('test', stop.signal))
    copy = applyUpdate(copy, update, (stack) => stack.id);
}

const shown = (): Stack | undefined => copy?.items.get('sandbox');

describe('an apply of another console', () => {
  it('is shown while it runs, and offered to be continued when that console dies', async () => {
    const { project } = await loadCompose({ files: [file], environment: {} });
    const applying = program.start(session, project, join(folder, 'data/journal'));
    const dead = applying.killAt('slow gating');
    await until('the other console is shown', () => shown()?.changedBy?.stale === false, NOTICED_MS * 2);
    expect(shown()).toMatchObject({ changedBy: { owner: KILLED_OWNER }, unfinished: null });
    await dead;
    await until('its death is shown', () => shown()?.changedBy?.stale === true, NOTICED_MS);
    expect(shown()).toMatchObject({ unfinished: { journalId: expect.any(String) } });
    await breakLock(session, name);
    await until('the lock is gone', () => shown()?.changedBy === undefined, NOTICED_MS);
    expect(shown()?.unfinished).not.toBeNull();
  });
});

describe('a file that breaks while the stack is on show', () => {
  it('is told with its place under the name the stack had, and forgotten when it is mended', async () => {
    const before = Date.now();
    await writeFile(`${file}.new`, composeFile().replace('command:', 'comand:'));
    await rename(`${file}.new`, file);
    await until('the break is shown', () => shown()?.unreadable !== undefined, NOTICED_MS);
    const broken = shown();
    expect(broken).toMatchObject({ project: name, title: 'Corner shop', sandbox: true });
    expect(broken?.unreadable).toMatchObject({
      failure: {
        code: 'INVALID_COMPOSE',
        data: { file, line: 4, excerpt: expect.stringContaining('comand') },
      },
    });
    expect(broken?.unreadable?.lastReadAt).toBeLessThanOrEqual(broken?.unreadable?.since ?? 0);
    expect(broken?.unreadable?.since).toBeGreaterThanOrEqual(before);
    await writeFile(file, composeFile());
    await until('the mending is shown', () => shown()?.unreadable === undefined, NOTICED_MS);
  });
});
