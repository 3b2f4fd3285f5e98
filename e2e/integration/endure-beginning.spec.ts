/** A change that is asked for while the link is away, through the stacks room's facade: it waits as if the link were lost later. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { StacksService } from '../../main/services/stacks/face';
import { createJournal } from '../../main/services/stacks/journal/journal';
import type { JournaledChange } from '../../preload/contract';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';
import { journaled } from './apply-fixture';
import { type FarEngine, farEngine } from './endure-fixture';
import { stacksOf, writeSandbox } from './stacks-fixture';

const local = openTestSession();
const { signal } = new AbortController();
let far: FarEngine;
let image = '';
let folder = '';
let name = '';
let stacks: StacksService;
let phases: string[] = [];

beforeAll(async () => {
  image = await tinyImage(local);
});
afterAll(() => local.engine.close());
beforeEach(async () => {
  far = await farEngine();
  name = uniqueProject('endurebegin');
  folder = await mkdtemp(join(tmpdir(), 'endure-begin-'));
  phases = [];
  await writeSandbox(folder, composeFile());
  const { session } = far;
  // As the hosts room answers while nobody watches the host: with a ping.
  const greeted = async () => {
    await session.engine.ping();
    return session;
  };
  const hosts = { greeted, session: greeted, ssh: async () => session };
  stacks = stacksOf(session, folder, { owner: 'test', hosts });
});
afterEach(async () => {
  await far[Symbol.asyncDispose]();
  await removeProject(local, name);
  await rm(folder, { recursive: true });
});

function composeFile(): string {
  const web = `{ image: "${image}", command: [sleep, "600"], stop_grace_period: 0s }`;
  return `name: ${name}\nservices:\n  web: ${web}\n`;
}

const on = () => ({ hostId: far.session.hostId, stackId: 'sandbox' });
const progress = { phase: (phase: string) => void phases.push(phase), service: () => undefined };
const apply = () => stacks.apply(on(), { services: [] }, progress, signal);
const restart = () => stacks.act(on(), [], 'restart', progress, signal);
const remove = () => stacks.remove(on(), { volumes: false }, progress, signal);

/** Left by a console that is gone: what is asked for next looks first whether its lock is still held. */
async function leaveUnfinished(change: JournaledChange): Promise<string> {
  const about = { project: name, stackId: 'sandbox', hostId: on().hostId, change, services: ['web'] };
  const rest = { planDigest: '', definitionDigest: '', stepIds: [], continues: null, prior: [] };
  const gone = { owner: 'gone', pid: 1, machine: 'elsewhere', at: Date.now() };
  const writer = await createJournal(join(folder, 'data/journal')).open({ ...about, ...rest, ...gone });
  await writer.close();
  return writer.journalId;
}

async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  phases.length = 0;
  far.sever();
  const working = work();
  working.catch(() => undefined);
  await until('the loss is told', () => phases.some((phase) => /^Link to .+ lost since/.test(phase)));
  await far.relay.heal();
  return working;
}

async function first(count: number): Promise<string[]> {
  return (await journaled({ journalDirectory: join(folder, 'data/journal') }, name)).slice(0, count);
}

it('a restart, a removal and an apply wait from their first look on, and their journals say so', async () => {
  await apply();
  const through = ['link lost', 'link back'];
  // The labels on the engine tell what there is while the file can't be read.
  await writeSandbox(folder, `name: ${name}\nservices: [`);
  expect(await whileAway(restart)).toMatchObject({ summary: 'web restarted.' });
  expect(await first(4)).toEqual(['begin restart', ...through, 'begin restart:web']);

  const cut = await leaveUnfinished('restart');
  expect(await whileAway(remove)).toMatchObject({ changed: true });
  expect(await first(3)).toEqual(['begin remove', ...through]);
  const [newest, replaced] = await stacks.history(on());
  const summary = `Its place was taken by ${newest?.journalId}.`;
  expect(replaced).toMatchObject({ journalId: cut, outcome: 'interrupted', summary });

  await writeSandbox(folder, composeFile());
  expect(await whileAway(apply)).toMatchObject({ changed: true });
  expect(await first(3)).toEqual(['begin apply', ...through]);
});

it('a host that was never reached is told at once', async () => {
  far.sever();
  for (const work of [restart, remove, apply])
    await expect(work()).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  expect(phases).toEqual([]);
});
