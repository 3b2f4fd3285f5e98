/** Containers whose service is no longer in the file: named, kept, and removed when asked for; on the real engine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApplyOptions, StacksService } from '../../main/services/stacks/face';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { stacksOf } from './stacks-fixture';

const session = openTestSession();
const { signal } = new AbortController();
const silent = { phase: () => undefined, service: () => undefined };
const HOST = 'test';
const PUBLISHED = 27_311;
let image = '';
let folder = '';
let project = '';
let stacks: StacksService;

beforeAll(async () => {
  image = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-orphans-'));
  project = uniqueProject('semantics');
  stacks = stacksOf(session, folder, { owner: 'orphans test' });
});
afterEach(async () => {
  await removeProject(session, project);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => session[Symbol.asyncDispose]());

const LASTS = 'command: [sleep, "600"], stop_grace_period: 0s';

async function define(...services: string[]) {
  const file = join(folder, 'compose.yaml');
  await writeFile(file, `name: ${project}\nservices:\n${services.map((line) => `  ${line}\n`).join('')}`);
  const { id } = await stacks.define([file]);
  return { hostId: HOST, stackId: id };
}

async function names(): Promise<string[]> {
  const listed = await session.engine.listContainers([`com.docker.compose.project=${project}`]);
  return listed.map(({ name }) => name.replace(`${project}-`, '')).sort();
}

const all: ApplyOptions = { services: [] };
const removing: ApplyOptions = { services: [], removeOrphans: true };

describe('orphans', () => {
  it('stay and are named; asked for, they go first, jobs and a port’s holder included', async () => {
    const port = `ports: ["127.0.0.1:${PUBLISHED}:80"]`;
    const before = await define(
      `web: { image: "${image}", ${LASTS}, ${port} }`,
      `job: { image: "${image}", command: ["true"] }`,
      `api: { image: "${image}", ${LASTS}, depends_on: { job: { condition: service_completed_successfully } } }`,
    );
    await stacks.apply(before, all, silent, signal);
    expect(await names()).toEqual(['api-1', 'job-1', 'web-1']);

    const on = await define(
      `api: { image: "${image}", ${LASTS} }`,
      `front: { image: "${image}", ${LASTS}, ${port} }`,
    );
    const kept = (await stacks.plan(on)).steps.filter(({ orphan }) => orphan);
    expect(kept.map(({ action, service }) => [action, service]).sort()).toEqual([
      ['keep', 'job'],
      ['keep', 'web'],
    ]);
    const { steps } = await stacks.plan(on, signal, removing);
    const removed = steps.slice(0, 2).map(({ action, target }) => [action, target.replace(project, '')]);
    expect(removed.sort()).toEqual([
      ['remove-container', '-job-1'],
      ['remove-container', '-web-1'],
    ]);
    // The new service wants the port that the orphan holds: it comes up only after that is gone.
    await stacks.apply(on, removing, silent, signal);
    expect(await names()).toEqual(['api-1', 'front-1']);
    expect((await stacks.plan(on, signal, removing)).changed).toBe(false);
  });

  it('are not the containers of a profile that is not active', async () => {
    const services = [
      `web: { image: "${image}", ${LASTS} }`,
      `debug: { image: "${image}", ${LASTS}, profiles: [tools] }`,
    ];
    await define(...services);
    const file = join(folder, 'compose.yaml');
    const { id } = await stacks.define([file], { profiles: ['tools'] });
    await stacks.apply({ hostId: HOST, stackId: id }, all, silent, signal);
    const on = await define(...services);
    const plan = await stacks.plan(on, signal, removing);
    expect(plan.changed).toBe(false);
    expect(plan.steps.find(({ service }) => service === 'debug')).toMatchObject({
      action: 'keep',
      reason: 'No profile of service debug is active; its container is left alone.',
    });
    await stacks.apply(on, removing, silent, signal);
    expect(await names()).toEqual(['debug-1', 'web-1']);
  });
});
