/** A link that is lost before the first step of a change, and one that is away for longer than is waited for. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../../main/services/errors';
import type { EnginePort } from '../../main/services/hosts/engine';
import { removeProject as removeStack } from '../../main/services/stacks/apply/remove';
import { undoProject } from '../../main/services/stacks/apply/undo';
import { breakLock, readLock } from '../../main/services/stacks/lock/lock';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { matching } from '../support/matchers';
import { until } from '../support/until';
import {
  type Bench,
  bench,
  halfway,
  journaled,
  letGo,
  project,
  READY_CHECK,
  STUBBORN,
  service,
} from './apply-fixture';
import { type FarEngine, farEngine } from './endure-fixture';

const RETURN_LIMIT_MS = 1_000;
const lost = /^Link to .+ lost since/;
const signal = new AbortController().signal;
const local = openTestSession();
let far: FarEngine;
let image = '';
let name = '';

beforeAll(async () => {
  image = await tinyImage(local);
});
afterAll(() => local.engine.close());
beforeEach(async () => {
  far = await farEngine();
  name = uniqueProject('endurelimit');
});
afterEach(async () => {
  await far[Symbol.asyncDispose]();
  await breakLock(local, name);
  await removeProject(local, name);
});

const one = () => project(name, [service('web', image)]);
const containers = async () => {
  const all = await local.engine.listContainers([`com.docker.compose.project=${name}`]);
  return all.map((found) => found.name.slice(name.length + 1)).sort();
};

async function healOnceTold({ phases }: Bench): Promise<void> {
  await until('the loss is told', () => phases.some((phase) => lost.test(phase)));
  await far.relay.heal();
}

describe('a link that is lost before the first step', () => {
  it('is waited for, by an apply and by a removal', async () => {
    const run = await bench(far.session);
    await far.session.engine.ping();
    far.sever();
    const applying = run.apply({ project: one() });
    await healOnceTold(run);
    expect(await applying).toMatchObject({ changed: true });
    const steps = await journaled(run, name);
    expect(steps.slice(0, 4)).toEqual(['begin apply', 'link lost', 'link back', 'begin network:default']);
    expect(steps.at(-1)).toBe('end succeeded');

    run.phases.length = 0;
    far.sever();
    const progress = { phase: (phase: string) => void run.phases.push(phase), service: () => undefined };
    const request = { stackId: 'test', project: name, volumes: false };
    const removing = removeStack(run.deps, request, progress, signal);
    await healOnceTold(run);
    await removing;
    expect(await containers()).toEqual([]);
    expect((await journaled(run, name)).slice(0, 3)).toEqual(['begin remove', 'link lost', 'link back']);
  });

  it('while the lock is made leaves one lock, which is taken up again', async () => {
    const { engine } = far.session;
    const cutOnce = { done: false };
    const cutting: EnginePort = {
      ...engine,
      async createContainer(spec, ...rest) {
        const made = await engine.createContainer(spec, ...rest);
        if (cutOnce.done || !spec.name.startsWith('bizosaas-lock-')) return made;
        cutOnce.done = true;
        far.sever();
        throw new DomainError('HOST_UNREACHABLE', { host: 'far', hop: 'tcp', detail: 'cut' }, 'cut');
      },
    };
    const run = await bench({ ...far.session, engine: cutting });
    const applying = run.apply({ project: one() });
    await healOnceTold(run);
    expect(await applying).toMatchObject({ changed: true });
    expect((await journaled(run, name)).slice(0, 3)).toEqual(['begin apply', 'link lost', 'link back']);
    expect(await readLock(local, name, Date.now())).toBeNull();
  });
});

describe('a link that is away for longer than is waited for', () => {
  const timing = { settleMs: 300, linkReturnMs: RETURN_LIMIT_MS };

  it('ends an apply with what is up, what is not and how to go on; it can be continued', async () => {
    const run = await bench(far.session, { timing });
    const applying = run.apply({ project: halfway(name, image) }).catch((error: unknown) => error);
    await until('the apply gates', () => run.rows.get('slow')?.phase === 'gating', 30_000);
    far.sever();
    expect(await applying).toMatchObject({
      code: 'TIMEOUT',
      message: matching(
        /did not come back within 1 s\. Up: db\. Not up yet: slow, last\. Check the network and the machine, then continue the apply\.$/,
      ),
    });
    expect((await journaled(run, name)).slice(-2)).toEqual(['link lost', 'link given-up']);
    const unfinished = await run.deps.journal.unfinished(far.session.hostId, name);
    expect(unfinished).toMatchObject({ begin: { project: name } });
    await far.relay.heal();
    await local.engine.exec(`${name}-slow-1`, ['touch', '/gate/open']);
    const continues = unfinished?.begin.journalId ?? '';
    const again = await bench(far.session, { journal: run.deps.journal });
    expect(await again.apply({ project: halfway(name, image), continues })).toMatchObject({ changed: true });
    expect(await run.deps.journal.history(far.session.hostId, name)).toMatchObject([
      { outcome: 'succeeded' },
      { outcome: 'interrupted', summary: `Continued by ${(await newestId(run)) ?? ''}.` },
    ]);
    expect(await readLock(local, name, Date.now())).toBeNull();
  });

  it('ends a removal with what is gone, what is not and how to go on; it can be continued', async () => {
    const run = await bench(far.session, { timing });
    await run.apply({ project: project(name, [service('quick', image), service('slow', image, STUBBORN)]) });
    const rows = new Map<string, string>();
    const progress = {
      phase: () => undefined,
      service: (row: { service: string; phase: string }) => void rows.set(row.service, row.phase),
    };
    const request = { stackId: 'test', project: name, volumes: false };
    const removing = removeStack(run.deps, request, progress, signal).catch((error: unknown) => error);
    await until('the quick one is gone', () => rows.get('quick') === 'ready');
    far.sever();
    const left = `${name}-slow-1, network ${name}_default`;
    expect(await removing).toMatchObject({
      code: 'TIMEOUT',
      message: matching(
        new RegExp(`Removed: ${name}-quick-1\\. Not removed yet: ${left}\\. .*then continue the removal\\.$`),
      ),
    });
    const unfinished = await run.deps.journal.unfinished(far.session.hostId, name);
    expect(unfinished).toMatchObject({ begin: { change: 'remove' }, doneSteps: 1, totalSteps: 3 });
    await letGo(local, `${name}-slow-1`);
    await far.relay.heal();
    const again = { ...request, continues: unfinished?.begin.journalId ?? '' };
    await removeStack(run.deps, again, progress, signal);
    expect(await containers()).toEqual([]);
    expect(await run.deps.journal.unfinished(far.session.hostId, name)).toBeNull();
  });
});

describe('an undo whose link is lost', () => {
  it('goes on, and the journal of the apply says so', async () => {
    const healthcheck = { ...READY_CHECK, retries: 1_000 };
    const slow = { ...STUBBORN, healthcheck };
    const run = await bench(far.session, { timing: { settleMs: 300, linkReturnMs: RETURN_LIMIT_MS } });
    const applying = run.apply({
      project: project(name, [service('quick', image), service('slow', image, slow)]),
    });
    const given = applying.catch((error: unknown) => error);
    await until('the apply gates', () => run.rows.get('slow')?.phase === 'gating', 30_000);
    far.sever();
    expect(await given).toMatchObject({ code: 'TIMEOUT' });
    await far.relay.heal();
    const patient = await bench(far.session, { journal: run.deps.journal });
    const progress = { phase: (phase: string) => void patient.phases.push(phase), service: () => undefined };
    const request = { stackId: 'test', project: name, journalId: (await newestId(run)) ?? '' };
    const undoing = undoProject(patient.deps, request, progress, signal);
    await until('one of the two is gone', async () => !(await containers()).includes('quick-1'));
    far.sever();
    await until('the loss is told', () => patient.phases.some((phase) => lost.test(phase)));
    await letGo(local, `${name}-slow-1`);
    await far.relay.heal();
    expect(await undoing).toMatchObject({ summary: matching(/^Undone: 2 containers and 1 network removed/) });
    expect(await containers()).toEqual([]);
    const ends = (await journaled(run, name)).filter((entry) => /^link|^end \w+$/.test(entry));
    const again = ['link lost', 'link back', 'end undone'];
    expect(ends).toEqual(['link lost', 'link given-up', ...again]);
  });
});

async function newestId({ deps }: Bench): Promise<string | undefined> {
  return (await deps.journal.history(far.session.hostId, name))[0]?.journalId;
}
