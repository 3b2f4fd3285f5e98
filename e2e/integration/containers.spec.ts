/** What one container says and is, on the real engine: logs across restart and recreation, events, configuration. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createContainersService } from '../../main/services/containers';
import type { ContainersService } from '../../main/services/containers/face';
import { loadCompose } from '../../main/services/stacks/compose-file';
import type { LogBatch, LogLine } from '../../preload/contract';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';

const session = openTestSession();
const { engine } = session;
const on = { hostId: 'test', stackId: 'stack' };
const SECRET = 'correct-horse-battery';
let image = '';
let folder = '';
let project = '';
let containers: ContainersService;

beforeAll(async () => {
  image = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-containers-'));
  project = uniqueProject('containers');
  await writeFile(join(folder, 'password'), `${SECRET}\n`);
  await writeFile(join(folder, 'compose.yaml'), composeFile());
  const load = () => loadCompose({ files: [join(folder, 'compose.yaml')], environment: {} });
  const hosts = { session: async () => session };
  const stacks = { load, projectName: async () => project };
  containers = createContainersService({ hosts, stacks, environment: {}, now: Date.now });
});
afterEach(async () => {
  await containers.dispose();
  await removeProject(session, project);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => session[Symbol.asyncDispose]());

function composeFile(): string {
  return `name: ${project}
services:
  web:
    image: ${image}
    secrets: [password]
    x-bizosaas:
      title: Web
      tier: front
      side: front
      probe: { kind: http, port: 80, path: /health }
secrets:
  password: { file: ./password }
`;
}

/** Runs a shell script as the service's container. */
async function runService(script: string, rest: Record<string, unknown> = {}): Promise<string> {
  const Labels = {
    'com.docker.compose.project': project,
    'com.docker.compose.service': 'web',
    'com.docker.compose.container-number': '1',
    'com.bizosaas.definition': JSON.stringify({ 'environment.DATABASE_URL': `postgres://u:${SECRET}@db/x` }),
  };
  const body = { Image: image, Cmd: ['sh', '-c', script], Labels, ...rest };
  const { id } = await engine.createContainer({ name: `${project}-web-1`, body });
  await engine.startContainer(id);
  return id;
}

/** Collects what a follower gets until it is stopped. */
function follow(tail: number) {
  const stop = new AbortController();
  const batches: LogBatch[] = [];
  const done = (async () => {
    for await (const batch of containers.followLogs(on, 'web', tail, stop.signal)) batches.push(batch);
  })();
  const lines = (): LogLine[] => batches.flatMap((batch) => batch.lines);
  return {
    batches,
    lines,
    texts: () => lines().map((line) => line.text),
    async end() {
      stop.abort();
      await done;
    },
  };
}

const counting = (from: number, to: number): string =>
  `i=${from}; while [ $i -le ${to} ]; do echo line $i; i=$((i+1)); done`;
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

describe('logs', () => {
  it('sends what is there, says so, and goes on with what comes', async () => {
    await runService(
      `${counting(1, 500)}; while [ ! -e /tmp/go ]; do sleep 0.05; done; ${counting(501, 510)}; sleep 600`,
    );
    await until(
      'the first lines are there',
      async () => (await containers.readLogs(on, 'web', 1000)).length === 500,
    );
    const following = follow(100);
    await until('it has caught up', () => following.batches.some((batch) => batch.caughtUp));
    expect(following.texts()).toEqual(numbered(401, 500));
    expect(Math.max(...following.batches.map((batch) => batch.lines.length))).toBeLessThanOrEqual(200);
    await engine.exec(`${project}-web-1`, ['touch', '/tmp/go']);
    await until('the new lines came', () => following.texts().length === 110);
    expect(following.texts()).toEqual(numbered(401, 510));
    await following.end();
  });

  it('follows over restarts, a kill and recreation, without a gap or a repetition', async () => {
    const id = await runService(
      `n=$(cat /n 2>/dev/null || echo 0); echo $((n+1)) >/n; ${counting(1, 50)}; echo run $n; sleep 600`,
    );
    const following = follow(1000);
    const runs = (): number => following.texts().filter((text) => text.startsWith('run ')).length;
    await until('the first run is read', () => runs() === 1);
    await docker(session, 'restart', '--time', '0', id);
    await until('the second run is read', () => runs() === 2);
    await docker(session, 'kill', id);
    await engine.startContainer(id);
    await until('the third run is read', () => runs() === 3);
    await engine.removeContainer(id, { force: true, volumes: true });
    await runService(`${counting(1, 50)}; echo run new; sleep 600`);
    await until('the new container is read', () => runs() === 4);
    expect(following.texts()).toEqual(
      ['0', '1', '2', 'new'].flatMap((run) => [...numbered(1, 50), `run ${run}`]),
    );
    await following.end();
  });

  it('waits for a service that has no container yet, with an empty start', async () => {
    const following = follow(100);
    await until('it has caught up with nothing', () => following.batches.some((batch) => batch.caughtUp));
    await runService('echo hello; sleep 600');
    await until('the first line came', () => following.texts().length === 1);
    expect(following.texts()).toEqual(['hello']);
    await following.end();
  });

  it('reads only new lines with a tail of 0', async () => {
    await runService('echo old; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo new; sleep 600');
    await until('the old line is there', async () => (await containers.readLogs(on, 'web', 10)).length === 1);
    const following = follow(0);
    await until('it has caught up', () => following.batches.some((batch) => batch.caughtUp));
    await engine.exec(`${project}-web-1`, ['touch', '/tmp/go']);
    await until('a line came', () => following.texts().length > 0);
    expect(following.texts()).toEqual(['new']);
    await following.end();
  });

  it('shows hostile lines as one plain line each', async () => {
    const raw = String.raw`printf '\033[31mred\033[0m\r\n\377\376bad\n\033]0;title\007ok\n'; head -c 1048576 /dev/zero | tr '\0' x; echo; echo after`;
    await runService(`${raw}; sleep 600`);
    await until(
      'all is written',
      async () => (await containers.readLogs(on, 'web', 10)).at(-1)?.text === 'after',
    );
    const [red, bad, ok, ...rest] = (await containers.readLogs(on, 'web', 100)).map((line) => line.text);
    expect([red, bad, ok, rest.at(-1)]).toEqual(['red', '\ufffd\ufffdbad', 'ok', 'after']);
    for (const text of rest) expect(text.length).toBeLessThanOrEqual(10_000);
  });

  it('keeps up with a flood: nothing is lost that the ring can hold', async () => {
    await runService(`seq 1 15000; sleep 600`);
    const following = follow(20_000);
    await until('all lines came', () => following.texts().length === 15_000, 30_000);
    expect(following.texts().at(-1)).toBe('15000');
    expect(following.batches.reduce((sum, batch) => sum + batch.dropped, 0)).toBe(0);
    await following.end();
  });

  it('names a service without a container', async () => {
    await expect(containers.readLogs(on, 'web', 10)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('events', () => {
  it('remembers start, exit code and restart, newest first, without the noise of exec', async () => {
    const id = await runService('exit 3');
    await engine.waitContainer(id);
    await engine.startContainer(id);
    await engine.waitContainer(id);
    const actions = async (): Promise<string[]> =>
      (await containers.events(on, 'web')).map((row) => row.action);
    await until('both ends are known', async () => (await actions()).filter((a) => a === 'die').length === 2);
    expect(await actions()).toEqual(['die', 'start', 'die', 'start', 'create']);
    expect((await containers.events(on, 'web'))[0]?.detail).toContain('exit code 3');
    expect(await containers.events(on, 'other')).toEqual([]);
  });
});

describe('configuration and inspect', () => {
  it('shows what runs, with no secret in it', async () => {
    await runService('sleep 600', {
      Env: [
        'PORT=8001',
        `DATABASE_URL=postgres://app:${SECRET}@db:5432/app`,
        'JWT_SECRET=abc',
        `NOTE=see ${SECRET}`,
      ],
      Healthcheck: { Test: ['CMD-SHELL', `wget --password ${SECRET} x`], Interval: 2e9 },
      HostConfig: { Memory: 32 * 1024 ** 2, NanoCpus: 5e8 },
    });
    const { sections, commands } = await containers.configuration(on, 'web');
    const json = await containers.inspect(on, 'web');
    for (const text of [JSON.stringify(sections), json]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain('abc"');
    }
    expect(JSON.parse(json)).toMatchObject({ Name: `/${project}-web-1`, State: { Running: true } });
    const row = (title: string, name: string) =>
      sections.find((section) => section.title === title)?.rows.find((entry) => entry.name === name);
    expect(row('Environment', 'PORT')).toEqual({ name: 'PORT', value: '8001', masked: false });
    expect(row('Environment', 'DATABASE_URL')?.value).toMatch(/^postgres:\/\/app:•+@db:5432\/app$/);
    expect(row('Environment', 'JWT_SECRET')?.masked).toBe(true);
    expect(row('Limits', 'Memory')?.value).toBe('32 MiB');
    expect(row('Limits', 'CPUs')?.value).toBe('0.5');
    expect(row('Health check', 'Interval')?.value).toBe('2 s');
    expect(row('Probe', 'Asked')?.value).toBe('GET /health on port 80');
    expect(commands.map((entry) => entry.command)).toContain(
      `docker logs --follow --tail 500 ${project}-web-1`,
    );
    expect(commands.map((entry) => entry.command)).toContain(
      `docker compose -f ${folder}/compose.yaml -p ${project} restart web`,
    );
  });
});
