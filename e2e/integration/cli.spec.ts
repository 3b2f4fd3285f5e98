/** The built command line against the real engine: what a shell, a script and a log file get to see. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMMAND_LINE } from '../../main/bootstrap/paths.mjs';
import { acquireLock } from '../../main/services/stacks/lock/lock';
import { serviceRowSchema, verdictSchema } from '../../preload/contract/services';
import { planSchema, preflightReportSchema } from '../../preload/contract/stacks';
import { taskSchema } from '../../preload/contract/tasks';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';

const session = openTestSession();
let image = '';
let folder = '';
let project = '';

beforeAll(async () => {
  if (!existsSync(COMMAND_LINE)) throw new Error(`${COMMAND_LINE} is missing: run "npm run build" first.`);
  image = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-cli-'));
  project = uniqueProject('cli');
});
afterEach(async () => {
  await removeProject(session, project);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => session[Symbol.asyncDispose]());

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

interface Running {
  child: ChildProcess;
  /** What it has said on standard error so far. */
  said: () => string;
  ended: Promise<Ended>;
}

/** Standard input is closed: nobody is there to answer. */
function start(...words: string[]): Running {
  const child = spawn(process.execPath, [COMMAND_LINE, ...words], {
    cwd: folder,
    env: { ...process.env, BIZOSAAS_HOME: join(folder, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout)]);
  return { child, said: () => err, ended: ended.then(([, out]) => ({ code: child.exitCode, out, err })) };
}

function bizosaas(...words: string[]): Promise<Ended> {
  return start(...words).ended;
}

function withFile(...words: string[]): Promise<Ended> {
  return bizosaas(...words, '-f', 'compose.yaml');
}

function service(name: string, command: string, rest = ''): string {
  const body = `image: ${image}\n    command: ["sh", "-c", "${command}"]\n    stop_signal: SIGKILL`;
  return `  ${name}:\n    ${body}\n${rest}`;
}

async function compose(...services: string[]): Promise<void> {
  await writeFile(join(folder, 'compose.yaml'), `name: ${project}\nservices:\n${services.join('')}`);
}

const LASTS = 'echo said by $$HOSTNAME; exec sleep 600';
const NEVER_HEALTHY = '    healthcheck: {test: ["CMD", "false"], interval: 1s, retries: 100}\n';
/** Its gate stays shut until the test cancels. */
const waiting = (): string => service('slow', LASTS, NEVER_HEALTHY) + needs('slow');
const needs = (name: string): string =>
  service('after', LASTS, `    depends_on: {${name}: {condition: service_healthy}}\n`);

/** One look knows only of some states when they began. */
const lookedAtSchema = serviceRowSchema.extend({
  verdict: verdictSchema.extend({ since: z.number().nullable() }),
});
const statusSchema = z.object({ project: z.string(), services: z.array(lookedAtSchema) });

async function states(): Promise<Record<string, string>> {
  const { code, out } = await withFile('status', '--json');
  expect(code).toBe(0);
  const { services } = statusSchema.parse(JSON.parse(out));
  return Object.fromEntries(services.map(({ id, engineState }) => [id, engineState ?? 'none']));
}

describe('a stack from its file to its removal', () => {
  it('checks, plans, comes up, shows, acts and goes', async () => {
    await compose(
      service('db', LASTS, '    volumes: ["data:/data"]\n'),
      service('web', LASTS),
      'volumes: {data: {}}\n',
    );
    const config = await withFile('config');
    expect([config.code, config.out]).toEqual([0, expect.stringContaining(`name: ${project}`)]);
    const preflight = await withFile('preflight', '--json');
    expect(preflightReportSchema.parse(JSON.parse(preflight.out)).project).toBe(project);

    const before = await withFile('plan', '--json');
    expect([before.code, planSchema.parse(JSON.parse(before.out)).changed]).toEqual([2, true]);
    expect(await withFile('logs')).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('no containers'),
    });
    const up = await withFile('up', '--yes');
    expect([up.code, up.err]).toEqual([0, expect.stringContaining(`All 2 services of ${project} are up`)]);
    expect(await withFile('plan')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to change'),
    });
    const again = await withFile('up');
    expect([again.code, again.err]).toEqual([
      0,
      expect.stringContaining('is as defined; nothing was changed'),
    ]);
    expect(await states()).toEqual({ db: 'running', web: 'running' });

    const logs = await withFile('logs');
    expect(logs.out.match(/^(db|web) +\S+Z said by/gm)?.length).toBe(2);
    expect((await withFile('stop', 'web')).code).toBe(0);
    expect(await states()).toEqual({ db: 'running', web: 'exited' });
    expect((await withFile('start', 'web')).code).toBe(0);
    expect((await withFile('restart')).code).toBe(0);
    expect(await states()).toEqual({ db: 'running', web: 'running' });

    // One that was never made is nothing to restart.
    await compose(
      service('db', LASTS, '    volumes: ["data:/data"]\n'),
      service('web', LASTS),
      service('later', LASTS),
      'volumes: {data: {}}\n',
    );
    expect(await withFile('restart')).toMatchObject({
      code: 0,
      err: expect.stringContaining('2 services restarted'),
    });

    const unconfirmed = await withFile('down', '--volumes');
    expect([unconfirmed.code, unconfirmed.err]).toEqual([3, expect.stringContaining('--yes')]);
    expect(await states()).toEqual({ db: 'running', web: 'running', later: 'none' });
    expect((await withFile('down', '--yes', '--volumes')).code).toBe(0);
    const label = [`com.docker.compose.project=${project}`];
    expect(await session.engine.listContainers(label)).toEqual([]);
    expect(await session.engine.listNetworks(label)).toEqual([]);
    expect(await session.engine.listVolumes(label, { diskUsage: false })).toEqual([]);
  });
});

it('is a program as it was built, whether npx has linked it yet or not', async () => {
  await expect(access(COMMAND_LINE, constants.X_OK)).resolves.toBeUndefined();
});

describe('the exit codes', () => {
  it('1: a service failed, with its last words in the JSON', async () => {
    await compose(service('good', LASTS), service('bad', 'echo no luck; exit 7'));
    const { code, out } = await withFile('up', '--json', '--yes');
    const task = taskSchema.parse(JSON.parse(out));
    expect(code).toBe(1);
    expect(task.status).toMatchObject({ state: 'failed', failure: { code: 'APPLY_FAILED' } });
    const phases = Object.fromEntries(task.services.map(({ service: name, phase }) => [name, phase]));
    expect(phases).toEqual({ good: 'ready', bad: 'failed' });
    expect(task.services.find(({ phase }) => phase === 'failed')?.logTail.join()).toContain('no luck');
  });

  it('3: a file that is wrong, with the place', async () => {
    await compose('  web:\n    imag: tiny\n');
    const { code, err } = await withFile('up');
    expect(code).toBe(3);
    expect(err).toMatch(/compose\.yaml:4:5: .*imag/);
  });

  it('3: a command that does not exist', async () => {
    expect((await bizosaas('upp')).code).toBe(3);
  });

  it('4: a port that somebody holds, and nothing was changed', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    try {
      const port = z.object({ port: z.number() }).parse(holder.address()).port;
      await compose(service('web', LASTS, `    ports: ["127.0.0.1:${port}:80"]\n`));
      const looked = await withFile('preflight');
      expect([looked.code, looked.out]).toEqual([4, expect.stringContaining(`${port}`)]);
      expect((await withFile('up')).code).toBe(4);
      expect(await withFile('up', '--json')).toMatchObject({
        code: 4,
        out: expect.stringContaining('"preflight"'),
      });
      expect(await session.engine.listContainers([`com.docker.compose.project=${project}`])).toEqual([]);
    } finally {
      holder.close();
    }
  });

  it('5: an engine that is not there', async () => {
    await compose(service('web', LASTS));
    const { code, err } = await withFile('status', '--host', 'unix:///nonexistent/docker.sock');
    expect([code, err]).toEqual([5, expect.stringContaining('/nonexistent/docker.sock')]);
  });

  it('6: another console applies, and who', async () => {
    await compose(service('web', LASTS));
    const claim = { project, owner: 'a colleague', now: Date.now };
    const lock = await acquireLock(session, claim, new AbortController().signal);
    try {
      expect(await withFile('up', '--yes')).toMatchObject({
        code: 6,
        err: expect.stringContaining('a colleague'),
      });
    } finally {
      await lock.release();
    }
    expect((await withFile('up', '--yes')).code).toBe(0);
  });
});

describe('Ctrl-C', () => {
  it('130: cancels at a safe point, and the next up finishes', async () => {
    await compose(waiting());
    const running = start('up', '--yes', '-f', 'compose.yaml');
    await until('the gate is waited for', () => /slow: gating/.test(running.said()), 20_000);
    running.child.kill('SIGINT');
    const { code, err } = await running.ended;
    expect([code, err]).toEqual([130, expect.stringContaining('Cancelling.')]);
    await compose(service('slow', LASTS), service('after', LASTS, '    depends_on: [slow]\n'));
    expect((await withFile('up', '--yes')).code).toBe(0);
    expect(await states()).toEqual({ slow: 'running', after: 'running' });
  });

  it('130: the second one ends it at once, and the next up finishes', async () => {
    await compose(waiting());
    const running = start('up', '--yes', '-f', 'compose.yaml');
    await until('the gate is waited for', () => /slow: gating/.test(running.said()), 20_000);
    running.child.kill('SIGINT');
    running.child.kill('SIGTERM');
    const { code, err } = await running.ended;
    expect([code, err]).toEqual([130, expect.stringContaining('Ended at once.')]);
    await compose(service('slow', LASTS), service('after', LASTS));
    const next = await withFile('up', '--yes');
    expect([next.code, next.err]).toEqual([0, expect.stringContaining('was cut off')]);
    expect((await withFile('up')).err).toContain('nothing was changed');
  });
});
