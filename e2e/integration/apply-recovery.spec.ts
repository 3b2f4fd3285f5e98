import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { undoProject } from '../../main/services/stacks/apply/undo';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { createJournal } from '../../main/services/stacks/journal/journal';
import { acquireLock, breakLock, readLock } from '../../main/services/stacks/lock/lock';
import { whileLocked } from '../../main/services/stacks/lock/while-locked';
import { observe } from '../../main/services/stacks/plan/observe';
import { planProject } from '../../main/services/stacks/plan/plan';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';
import { bench, halfway, healthyService, project } from './apply-fixture';
import { type ApplyProgram, bundleApplyProgram } from './apply-process';

const session = openTestSession();
const { engine } = session;
const silent = { phase: () => undefined, service: () => undefined };
const used: string[] = [];
let image = '';
let program: ApplyProgram;

function fresh(): string {
  const name = uniqueProject('recover');
  used.push(name);
  return name;
}

beforeAll(async () => {
  image = await tinyImage(session);
  program = await bundleApplyProgram();
});
afterEach(async () => {
  for (const one of used.splice(0)) {
    await breakLock(session, one);
    await removeProject(session, one);
  }
});
afterAll(async () => {
  await program.remove();
  engine.close();
});

async function killedAt(line: string, stack: ComposeProject): Promise<{ journal: string }> {
  const journal = await mkdtemp(join(program.directory, 'journal-'));
  await program.start(session, stack, journal).killAt(line);
  return { journal };
}

async function openGate(name: string): Promise<void> {
  await engine.exec(`${name}-slow-1`, ['touch', '/gate/open']);
}

describe('an apply whose console was killed', () => {
  it('is recognised by the next start and continued', async () => {
    const name = fresh();
    const stack = halfway(name, image);
    const child = await killedAt('slow gating', stack);
    const journal = createJournal(child.journal);
    const unfinished = await journal.unfinished('test', name);
    expect(unfinished?.begin.owner).toBe('killed console');
    expect(unfinished?.doneSteps).toBeGreaterThan(2);
    // The process is gone, which this machine can tell at once.
    expect(await readLock(session, name, Date.now())).toMatchObject({ owner: 'killed console', stale: true });
    const run = await bench(session, { journal });
    await expect(run.apply({ project: stack })).rejects.toMatchObject({
      code: 'APPLY_LOCKED',
      data: { stale: true },
    });
    await openGate(name);
    await run.apply({ project: stack, continues: unfinished?.begin.journalId ?? '' });
    expect([...run.rows.values()].map(({ phase }) => phase)).toEqual(['unchanged', 'unchanged', 'ready']);
    expect(await journal.unfinished('test', name)).toBeNull();
    expect(await readLock(session, name, Date.now())).toBeNull();
    expect((await journal.history('test', name)).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'interrupted',
    ]);
  });

  it('is undone: what it made goes, what it replaced runs again, volumes stay', async () => {
    const name = fresh();
    const before = project(name, [healthyService('db', image)]);
    await (await bench(session)).apply({ project: before });
    const [original] = await engine.listContainers([`com.docker.compose.project=${name}`]);
    const stack = halfway(name, image);
    stack.services.db = healthyService('db', image, { environment: { NEW: 'yes' } });
    const child = await killedAt('slow gating', stack);
    const journal = createJournal(child.journal);
    const run = await bench(session, { journal });
    const unfinished = await journal.unfinished('test', name);
    const request = { stackId: 'test', project: name, journalId: unfinished?.begin.journalId ?? '' };
    const outcome = await undoProject(run.deps, request, silent, new AbortController().signal);
    expect(outcome.changed).toBe(true);
    const after = await engine.listContainers([`com.docker.compose.project=${name}`]);
    expect(after).toMatchObject([{ id: original?.id, name: `${name}-db-1`, state: 'running' }]);
    expect(
      await engine.listVolumes([`com.docker.compose.project=${name}`], { diskUsage: false }),
    ).toHaveLength(1);
    expect(await journal.history('test', name)).toMatchObject([{ outcome: 'undone' }]);
    const plan = planProject(before, await observe(session, before), { services: [], warnings: [] });
    expect(plan.changed).toBe(false);
  });
});

describe('two consoles at once', () => {
  it('lets one apply and tells the other who does it', async () => {
    const stack = halfway(fresh(), image);
    const [one, other] = await Promise.all([
      bench(session, { owner: 'first console' }),
      bench(session, { owner: 'second console' }),
    ]);
    const first = one.apply({ project: stack });
    await until('the first one gates', () => one.rows.get('slow')?.phase === 'gating', 60_000);
    await expect(other.apply({ project: stack })).rejects.toMatchObject({
      code: 'APPLY_LOCKED',
      data: { owner: 'first console', stale: false },
    });
    await openGate(stack.name);
    await first;
    expect(await other.apply({ project: stack })).toMatchObject({ changed: false });
  });

  it('stops an apply whose lock was broken by decision', async () => {
    const name = fresh();
    const lock = await acquireLock(
      session,
      { project: name, owner: 'old', now: Date.now, beatIntervalMs: 100 },
      new AbortController().signal,
    );
    await breakLock(session, name);
    await until('the owner notices', () => lock.broken.aborted, 10_000);
    expect(String(lock.broken.reason)).toContain('was broken by another console');
    await lock.release();
  });
});

describe('the lock', () => {
  it('is gone before the journal ends: whoever is killed in between leaves nothing to break', async () => {
    const stack = project(fresh(), [healthyService('db', image)]);
    const journal = createJournal(await mkdtemp(join(program.directory, 'journal-')));
    const locks: unknown[] = [];
    const open: typeof journal.open = async (begin) => {
      const writer = await journal.open(begin);
      const append: typeof writer.append = async (entry) => {
        if (entry.kind === 'end') locks.push(await readLock(session, stack.name, Date.now()));
        return writer.append(entry);
      };
      return { ...writer, append };
    };
    const run = await bench(session, { journal: { ...journal, open } });
    await run.apply({ project: stack });
    expect(locks).toEqual([null]);
    expect(await journal.history(session.hostId, stack.name)).toMatchObject([{ outcome: 'succeeded' }]);
  });

  it('is left nowhere by a cancel that comes while the engine makes it', async () => {
    const cancel = new AbortController();
    const hurried: typeof engine = {
      ...engine,
      async createContainer(spec, signal) {
        const made = await engine.createContainer(spec, signal);
        cancel.abort();
        return made;
      },
    };
    const claim = { project: fresh(), owner: 'a console that is cancelled', now: Date.now };
    const locking = acquireLock({ ...session, engine: hurried }, claim, cancel.signal);
    await expect(locking).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readLock(session, claim.project, Date.now())).toBeNull();
  });

  it('ends the work it protects when it is broken, and says so', async () => {
    const run = await bench(session);
    const about = { project: fresh(), beatIntervalMs: 100 };
    const work = whileLocked(run.deps, about, new AbortController().signal, async ({ signal }) => {
      await breakLock(session, about.project);
      await until('the work is told', () => signal.aborted, 10_000);
      throw new Error('the work gave up');
    });
    await expect(work).rejects.toThrow('was broken by another console');
  });
});
