/** Changes on an engine behind SSH whose link is lost meanwhile: they wait, go on, and leave a journal that says so. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actOnServices } from '../../main/services/stacks/apply/act';
import { removeProject as removeStack } from '../../main/services/stacks/apply/remove';
import { breakLock, readLock } from '../../main/services/stacks/lock/lock';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { containing, matching } from '../support/matchers';
import { until } from '../support/until';
import {
  type Bench,
  bench,
  halfway,
  journaled,
  journalOf,
  letGo,
  project,
  STUBBORN,
  service,
} from './apply-fixture';
import { type FarEngine, farEngine } from './endure-fixture';

const NOTICE_LIMIT_MS = 15_000;
const HEAL_LIMIT_MS = 5_000;
const lost = /^Link to .+ lost since \d\d:\d\d:\d\d; waiting for it to come back$/;

const local = openTestSession();
let far: FarEngine;
let image = '';
let name = '';
let run: Bench;

beforeAll(async () => {
  image = await tinyImage(local);
});
afterAll(() => local.engine.close());
beforeEach(async () => {
  far = await farEngine();
  name = uniqueProject('endure');
  run = await bench(far.session);
});
afterEach(async () => {
  await far[Symbol.asyncDispose]();
  await breakLock(local, name);
  await removeProject(local, name);
});

const isTold = () => run.phases.some((phase) => lost.test(phase));
/** Until then the engine may be told to create what waits. */
const untilGated = () =>
  until(
    'only the gate is waited for',
    () => run.rows.get('last')?.detail === 'Waiting for slow to be healthy.',
    30_000,
  );
const openGate = () => local.engine.exec(`${name}-slow-1`, ['touch', '/gate/open']);
const states = async () => {
  const all = await local.engine.listContainers([`com.docker.compose.project=${name}`]);
  return Object.fromEntries(all.map((one) => [one.name.slice(name.length + 1), `${one.state} ${one.id}`]));
};

describe('an apply whose link is lost', () => {
  it('says so, waits however silent the loss, and goes on to the end; the journal proves it', async () => {
    const applying = run.apply({ project: halfway(name, image) });
    await untilGated();
    const before = await states();
    const lostAt = Date.now();
    far.relay.blackhole();
    await until('the loss is told', isTold, NOTICE_LIMIT_MS);
    expect(Date.now() - lostAt).toBeLessThan(NOTICE_LIMIT_MS);
    expect(run.rows.get('last')?.detail).toBe('Waiting for the link to come back.');
    // What the other console sees meanwhile: who holds it and since when, and nothing to take by itself.
    expect(await readLock(local, name, Date.now())).toMatchObject({ owner: run.deps.owner });
    const other = await bench(local, { owner: 'another console' });
    await expect(other.apply({ project: halfway(name, image) })).rejects.toMatchObject({
      code: 'APPLY_LOCKED',
    });
    await openGate();
    const healedAt = Date.now();
    await far.relay.heal();
    expect(await applying).toMatchObject({ changed: true });
    const journal = await journalOf(run);
    const [gone, back] = journal.filter((entry) => entry.kind === 'link');
    expect(gone).toMatchObject({ state: 'lost', detail: containing('Link to') });
    expect(back).toMatchObject({ state: 'back', detail: containing('is back after') });
    expect((back?.at ?? 0) - healedAt).toBeLessThan(HEAL_LIMIT_MS);
    expect(journal.at(-1)).toMatchObject({ kind: 'end', outcome: 'succeeded' });
    const after = await states();
    const ids = (all: Record<string, string>) => Object.values(all).map((one) => one.split(' ')[1]);
    expect(ids(after)).toEqual(ids(before));
    expect(Object.values(after).every((state) => state.startsWith('running'))).toBe(true);
    expect(await readLock(local, name, Date.now())).toBeNull();
  });

  it('ends when somebody broke its lock meanwhile, before it changes anything more', async () => {
    const applying = run.apply({ project: halfway(name, image) }).catch((error: unknown) => error);
    await untilGated();
    far.sever();
    await until('the loss is told', isTold);
    await breakLock(local, name);
    await openGate();
    await far.relay.heal();
    expect(await applying).toMatchObject({
      code: 'CONFLICT',
      message: containing('broken by another console'),
    });
    expect(await states()).toMatchObject({ 'last-1': containing('created') });
  });

  it('ends with clear words when the machine shows another key afterwards', async () => {
    const applying = run.apply({ project: halfway(name, image) }).catch((error: unknown) => error);
    await untilGated();
    far.sever();
    await until('the loss is told', isTold);
    await far.sshd.restart({ newHostKey: true });
    await far.relay.heal();
    expect(await applying).toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: matching(
        /can't be made again without a decision.* Up: db\. Not up yet: .*continue the apply\.$/,
      ),
    });
    expect((await journalOf(run)).at(-1)).toMatchObject({ kind: 'link', state: 'given-up' });
  });

  it('can be cancelled while it waits, and leaves no lock in the way of the next', async () => {
    const stop = new AbortController();
    const applying = run
      .apply({ project: halfway(name, image) }, stop.signal)
      .catch((error: unknown) => error);
    await untilGated();
    far.sever();
    await until('the loss is told', isTold);
    const cancelledAt = Date.now();
    stop.abort();
    expect(await applying).toMatchObject({ code: 'CANCELLED' });
    expect(Date.now() - cancelledAt).toBeLessThan(HEAL_LIMIT_MS);
    await far.relay.heal();
    await openGate();
    expect(await run.apply({ project: halfway(name, image) })).toMatchObject({ changed: true });
  });
});

describe('stopping and removing while the link is lost', () => {
  it('goes on where it was, and the journal proves it', async () => {
    const stack = project(name, [service('web', image, STUBBORN)]);
    await run.apply({ project: stack });
    const { deps } = run;
    const phases: string[] = [];
    const progress = { phase: (phase: string) => void phases.push(phase), service: () => undefined };
    const loseAndHeal = async (work: Promise<unknown>) => {
      const waits = phases.filter((phase) => lost.test(phase)).length;
      far.sever();
      await until('the loss is told', () => phases.filter((phase) => lost.test(phase)).length > waits);
      await letGo(local, `${name}-web-1`);
      await far.relay.heal();
      return work;
    };
    const { signal } = new AbortController();
    const stopping = actOnServices(
      deps,
      { stackId: 'test', project: stack, services: [], action: 'stop' },
      progress,
      signal,
    );
    await until('it stops', () => phases.includes('Stopping services'));
    expect(await loseAndHeal(stopping)).toMatchObject({ summary: 'web stopped.' });
    expect(await states()).toMatchObject({ 'web-1': containing('exited') });
    const through = (step: string) => [
      `begin ${step}`,
      'link lost',
      'link back',
      `begin ${step}`,
      `end ${step}`,
    ];
    expect(await journaled(run, name)).toEqual(['begin stop', ...through('stop:web'), 'end succeeded']);
    await actOnServices(
      deps,
      { stackId: 'test', project: stack, services: [], action: 'start' },
      progress,
      signal,
    );
    const request = { stackId: 'test', project: name, volumes: true };
    const removing = removeStack(deps, request, progress, signal);
    await until('it removes', () => phases.includes('Removing containers'));
    expect(await loseAndHeal(removing)).toMatchObject({ summary: containing('1 container, 1 network') });
    expect(await states()).toEqual({});
    const last = ['begin remove-network:p_default', 'end remove-network:p_default', 'end succeeded'];
    expect(await journaled(run, name)).toEqual(['begin remove', ...through('remove:p-web-1'), ...last]);
    expect(await deps.journal.history(far.session.hostId, name)).toMatchObject([
      { change: 'remove', outcome: 'succeeded', doneSteps: 2, totalSteps: 2 },
      { change: 'start' },
      { change: 'stop', outcome: 'succeeded', doneSteps: 1, totalSteps: 1 },
      { change: 'apply' },
    ]);
  });
});
