/** The stacks room as the window and the command line use it, on the real engine. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApplyProgress, StacksService } from '../../main/services/stacks/face';
import { applyUpdate, type LiveCopy } from '../../main/streams/apply-update';
import { defaultSettings, type ServiceProgress, type Settings, type Stack } from '../../preload/contract';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';
import { stacksOf } from './stacks-fixture';

/** The bits of a file's mode that say who may do what. */
const PERMISSIONS = 0o777;
const OWNER_ALONE = 0o600;
const session = openTestSession();
const { engine } = session;
const signal = new AbortController().signal;
let image = '';
let folder = '';
let project = '';
let stacks: StacksService;

beforeAll(async () => {
  image = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-facade-'));
  project = uniqueProject('facade');
  stacks = stacksOf(session, folder, { owner: 'facade test', settings: settings() });
});
afterEach(async () => {
  await removeProject(session, project);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => session[Symbol.asyncDispose]());

function settings() {
  let current: Settings = defaultSettings;
  const listeners = new Set<(changed: Settings) => void>();
  return {
    get: () => current,
    change(patch: Partial<Settings>) {
      current = { ...current, ...patch };
      for (const listener of listeners) listener(current);
      return current;
    },
    onChange(listener: (changed: Settings) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function file(services: string): Promise<string> {
  const path = join(folder, 'compose.yaml');
  await writeFile(path, `name: ${project}\nservices:\n${services}`);
  return path;
}

function service(name: string, rest = ''): string {
  return `  ${name}:\n    image: ${image}\n    command: [sleep, "600"]\n    stop_grace_period: 0s\n${rest}`;
}

async function define(services: string) {
  const { id } = await stacks.define([await file(services)]);
  return { hostId: 'test', stackId: id };
}

function progress() {
  const last = new Map<string, ServiceProgress>();
  const phases: string[] = [];
  const reporting: ApplyProgress = {
    phase: (name) => phases.push(name),
    service: (state) => last.set(state.service, state),
  };
  return { reporting, last, phases };
}

const all = { services: [] };

describe('apply', () => {
  it('looks, plans, applies, does nothing the second time, acts and removes', async () => {
    const on = await define(
      service('db') +
        service('web', '    depends_on: [db]\n    volumes: ["data:/data"]\nvolumes:\n  data: {}\n'),
    );
    expect((await stacks.preflight(on)).checks.filter((check) => check.result === 'fail')).toEqual([]);
    expect((await stacks.plan(on)).changed).toBe(true);
    const first = progress();
    expect((await stacks.apply(on, all, first.reporting, signal)).changed).toBe(true);
    expect(first.phases[0]).toBe('Pre-flight');
    const second = progress();
    expect((await stacks.apply(on, all, second.reporting, signal)).changed).toBe(false);
    expect((await stacks.history(on)).map((record) => record.outcome)).toEqual(['succeeded']);
    expect(await stacks.lock(on)).toBeNull();
    await stacks.act(on, ['web'], 'stop', progress().reporting, signal);
    expect((await engine.inspectContainer(`${project}-web-1`)).running).toBe(false);
    await stacks.act(on, ['web'], 'start', progress().reporting, signal);
    expect((await engine.inspectContainer(`${project}-web-1`)).running).toBe(true);
    expect((await stacks.removalPreview(on)).volumes.map((volume) => volume.name)).toEqual([
      `${project}_data`,
    ]);
    await stacks.remove(on, { volumes: true }, progress().reporting, signal);
    expect((await stacks.list('test')).find((stack) => stack.id === on.stackId)?.containers).toBe(0);
  });

  it('leaves out a service that cannot come up, and what needs it, and brings up the rest', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve(portOf(server.address()))),
    );
    const on = await define(
      service('held', `    ports: ["127.0.0.1:${port}:80"]\n`) +
        service('needs', '    depends_on: [held]\n') +
        service('free'),
    );
    const { reporting, last } = progress();
    const outcome = await stacks.apply(on, all, reporting, signal).catch((error: unknown) => error);
    server.close();
    expect(outcome).toMatchObject({ code: 'APPLY_FAILED' });
    expect([...last].map(([name, { phase }]) => [name, phase]).sort()).toEqual([
      ['free', 'ready'],
      ['held', 'failed'],
      ['needs', 'blocked'],
    ]);
    expect(last.get('held')?.detail).toContain(`pid ${process.pid}`);
  });

  it('refuses when the whole stack is concerned, and changes nothing', async () => {
    const on = await define(`  web:\n    image: localhost:1/none:1\n`);
    await expect(stacks.apply(on, all, progress().reporting, signal)).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      data: { project, failed: ['image:localhost:1/none:1'] },
    });
    expect(await stacks.history(on)).toEqual([]);
    expect(await engine.listNetworks([`com.docker.compose.project=${project}`])).toEqual([]);
  });

  it('names a service that the file does not define', async () => {
    const on = await define(service('web'));
    const asked = { services: ['wbe'] };
    await expect(stacks.apply(on, asked, progress().reporting, signal)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(stacks.act(on, ['wbe'], 'stop', progress().reporting, signal)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('makes a missing secret once, for its owner alone, and shows it to nobody but the container', async () => {
    const on = await define(
      service(
        'web',
        '    secrets: [key]\nsecrets:\n  key: { file: ./.secrets/key, x-bizosaas: { generate: { bytes: 32 } } }\n',
      ),
    );
    const path = join(folder, '.secrets/key');
    await stacks.apply(on, all, progress().reporting, signal);
    const secret = await readFile(path, 'utf8');
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(path)).mode & PERMISSIONS).toBe(OWNER_ALONE);
    const web = `${project}-web-1`;
    expect((await engine.exec(web, ['cat', '/run/secrets/key'])).stdout).toBe(secret);
    expect(JSON.stringify((await engine.inspectContainer(web)).raw)).not.toContain(secret);
    expect((await stacks.apply(on, all, progress().reporting, signal)).changed).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(secret);
  });
});

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('the list of stacks', () => {
  it('shows built-in, added and broken ones, and prints the canonical model', async () => {
    await mkdir(join(folder, 'stacks/sandbox'), { recursive: true });
    await writeFile(
      join(folder, 'stacks/sandbox/compose.yaml'),
      `name: ${project}-box\nx-bizosaas: { title: The sandbox, sandbox: true, tiers: [] }\nservices:\n${service('web')}`,
    );
    const added = await stacks.add([await file(service('web'))], null);
    expect(
      (await stacks.list(null)).map(({ id, title, sandbox, containers }) => ({
        id,
        title,
        sandbox,
        containers,
      })),
    ).toEqual([
      { id: 'sandbox', title: 'The sandbox', sandbox: true, containers: null },
      { id: added.id, title: project, sandbox: false, containers: null },
    ]);
    expect((await stacks.config(added.id)).yaml).toContain(`name: ${project}`);
    await writeFile(join(folder, 'compose.yaml'), 'services: [');
    expect((await stacks.list(null)).map((stack) => stack.project)).toEqual([`${project}-box`, project]);
    await expect(stacks.load(added.id)).rejects.toMatchObject({ code: 'INVALID_COMPOSE' });
  });

  it('follows containers that come and go, and stacks that are added', async () => {
    const on = await define(service('web'));
    const reading = new AbortController();
    let copy: LiveCopy<Stack> | null = null;
    const done = (async () => {
      for await (const update of stacks.watch('test', reading.signal))
        copy = applyUpdate(copy, update, (stack) => stack.id);
    })();
    const shown = (id: string): Stack | undefined => copy?.items.get(id);
    await until('the first snapshot is there', () => shown(on.stackId)?.containers === 0);
    await stacks.apply(on, all, progress().reporting, signal);
    await until('the container is counted', () => shown(on.stackId)?.containers === 1);
    const added = await stacks.add([await file(service('web'))], `${project}-more`);
    await until('the added stack is shown', () => shown(added.id) !== undefined);
    await engine.removeContainer(`${project}-web-1`, { force: true, volumes: true });
    await until('the removal is counted', () => shown(on.stackId)?.containers === 0);
    reading.abort();
    await done;
  });
});
