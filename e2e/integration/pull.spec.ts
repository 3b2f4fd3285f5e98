/** Pulls from a registry of our own: progress, cancel, a connection that breaks, credentials. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalSession } from '../../main/adapters/local';
import type { HostSession } from '../../main/services/hosts/host-session';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { readLock } from '../../main/services/stacks/lock/lock';
import { observe } from '../../main/services/stacks/plan/observe';
import { planProject } from '../../main/services/stacks/plan/plan';
import { createTasksService } from '../../main/services/tasks/tasks';
import type { ServiceProgress, Task } from '../../preload/contract';
import { docker } from '../support/docker';
import { openTestSession, removeProject, startOwnEngine, uniqueProject } from '../support/engine';
import { tinyRootFs } from '../support/images';
import { type Deliver, startRegistry, type TestRegistry } from '../support/registry';
import { tarOf } from '../support/tar';
import { until } from '../support/until';
import { bench, healthyService, project } from './apply-fixture';

const LAYER_BYTES = 1024 * 1024;
const DROPS = 20;
const DROP_EVERY_MS = 60;
const session = openTestSession();
let registry: TestRegistry;
let name = '';
let reference = '';
let layers: Buffer[] = [];

beforeAll(async () => {
  layers = [await buffer(await tinyRootFs())];
});
beforeEach(async () => {
  registry = await startRegistry();
  name = uniqueProject('pull');
  // Never seen before, so that no engine has it from an earlier test.
  const fresh = await buffer(tarOf({ 'data/random': randomBytes(LAYER_BYTES) }));
  reference = registry.offer(name, [...layers, fresh]);
});
afterEach(async () => {
  await removeProject(session, name);
  await docker(session, 'image', 'rm', reference).catch(() => undefined);
  await registry[Symbol.asyncDispose]();
});
afterAll(() => session.engine.close());

const stack = (): ComposeProject => project(name, [healthyService('web', reference)]);

/** Hands out a layer in drops; half of it, and the rest when it is let go. The engine tells of bytes as they come, at most ten times a second. */
function dripping(): { deliver: Deliver; goOn: () => void } {
  let goOn = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const deliver: Deliver = async (response, layer) => {
    const drop = Math.ceil(layer.length / DROPS);
    for (let at = 0; at < DROPS; at += 1) {
      if (at === DROPS / 2) await released;
      response.write(layer.subarray(at * drop, (at + 1) * drop));
      await sleep(DROP_EVERY_MS);
    }
    response.end();
  };
  return { deliver, goOn };
}

/** An apply as a task, with every state of the row of `web`. */
async function applying(on: HostSession = session) {
  const { deps, apply } = await bench(on);
  const tasks = createTasksService({ now: Date.now, log: deps.log, newId: randomUUID });
  const about = { kind: 'apply', title: 'Apply', hostId: 'test', stackId: 'test' } as const;
  const seen: ServiceProgress[] = [];
  const { taskId, done } = tasks.withTask(about, async (progress, signal) => {
    const service = (row: ServiceProgress) => {
      seen.push(row);
      progress.service(row);
    };
    return (await apply({ project: stack() }, signal, { ...progress, service })).summary;
  });
  const row = () => tasks.list()[0]?.services.find(({ service }) => service === 'web');
  return { seen, row, done, cancel: () => tasks.cancel(taskId) };
}

async function changes(): Promise<string[]> {
  const plan = planProject(stack(), await observe(session, stack()), { services: [], warnings: [] });
  return plan.steps.filter(({ action }) => action !== 'keep').map(({ action }) => action);
}

function failureOf(task: Task): string {
  return task.status.state === 'failed' ? task.status.failure.message : task.status.state;
}

describe('a pull', () => {
  it('tells the task the bytes of every layer while they come, and never counts back', async () => {
    const { deliver, goOn } = dripping();
    registry.deliver = deliver;
    const task = await applying();
    await until('half of both layers is seen', () => {
      const parts = task.row()?.parts ?? [];
      const begun = parts.filter(({ done, total }) => total !== null && done !== null && done >= total * 0.4);
      return begun.length === 2;
    });
    const halfway = task.row();
    const total = layers.reduce((sum, { length }) => sum + length, 0) + LAYER_BYTES;
    expect(halfway).toMatchObject({ phase: 'pulling', unit: 'bytes', detail: 'Downloading' });
    expect(halfway?.total).toBeGreaterThanOrEqual(total);
    expect(halfway?.done).toBeLessThan(halfway?.total ?? 0);
    goOn();
    expect((await task.done).status.state).toBe('succeeded');
    const pulling = task.seen.filter(({ phase, total: of }) => phase === 'pulling' && of !== null);
    const done = pulling.map((row) => row.done ?? 0);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.length).toBeGreaterThan(5);
    const last = pulling.at(-1);
    expect(last).toMatchObject({ done: last?.total });
    expect(last?.parts).toHaveLength(2);
  });

  it('is given up by a cancel; the plan says what remains and a second apply finishes it', async () => {
    const before = await changes();
    const { deliver, goOn } = dripping();
    registry.deliver = deliver;
    const task = await applying();
    await until('bytes come', () => (task.row()?.done ?? 0) > 0);
    task.cancel();
    const ended = await task.done;
    goOn();
    expect(ended.status).toMatchObject({ state: 'cancelled', summary: expect.stringContaining('web') });
    expect(task.row()?.phase).toBe('cancelled');
    expect(await readLock(session, name, Date.now())).toBeNull();
    expect(await session.engine.listContainers([`com.docker.compose.project=${name}`])).toEqual([]);
    const left = await changes();
    expect(left).toEqual(expect.arrayContaining(['pull-image', 'create-container']));
    expect(before).toEqual(expect.arrayContaining(left));
    registry.deliver = (response, layer) => void response.end(layer);
    expect((await (await applying()).done).status.state).toBe('succeeded');
    expect(await changes()).toEqual([]);
  });

  it('that breaks off in the middle of a layer fails with the image and the cause', async () => {
    // The machine's engine would try four times more, for almost a minute.
    const own = await startOwnEngine({ parameters: ['--max-download-attempts', '1'] });
    const impatient = createLocalSession({ hostId: 'own', endpoint: own.endpoint, environment: {} });
    registry.deliver = (response, layer) => {
      response.write(layer.subarray(0, layer.length / 2), () => response.destroy());
    };
    try {
      const task = await applying(impatient);
      const ended = failureOf(await task.done);
      expect(ended).toContain('web');
      expect(task.row()).toMatchObject({ phase: 'failed', detail: expect.stringContaining(reference) });
      expect(task.row()?.detail).toMatch(/unexpected EOF|connection reset/);
    } finally {
      await impatient[Symbol.asyncDispose]();
      await own.stop();
    }
  });

  it('from a private registry says that credentials are missing, and works with those of docker login', async () => {
    registry.login = 'me:pass:word';
    const without = await applying();
    expect((await without.done).status.state).toBe('failed');
    expect(without.row()).toMatchObject({ phase: 'failed', detail: expect.stringContaining(reference) });
    expect(without.row()?.detail).toContain('credentials');
    expect(without.row()?.detail).toContain(`Sign in with: docker login ${registry.host}.`);
    await expect(session.engine.checkRegistry(reference)).rejects.toThrow('credentials');

    const DOCKER_CONFIG = await mkdtemp(join(tmpdir(), 'bizosaas-login-'));
    const auth = Buffer.from(registry.login).toString('base64');
    await writeFile(
      join(DOCKER_CONFIG, 'config.json'),
      JSON.stringify({ auths: { [registry.host]: { auth } } }),
    );
    const signedIn = createLocalSession({
      hostId: 'test',
      endpoint: session.endpoint,
      environment: { ...process.env, DOCKER_CONFIG },
    });
    try {
      await signedIn.engine.checkRegistry(reference);
      const task = await applying(signedIn);
      expect((await task.done).status.state).toBe('succeeded');
      expect(JSON.stringify([task.seen, without.seen])).not.toContain('pass:word');
    } finally {
      await signedIn[Symbol.asyncDispose]();
      await rm(DOCKER_CONFIG, { recursive: true });
    }
  });
});
