/** The console and `docker compose` on one project: each sees what the other made. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { removeProject as remove } from '../../main/services/stacks/apply/remove';
import { canonicalJson, loadCompose } from '../../main/services/stacks/compose-file';
import { meaning } from '../../main/services/stacks/compose-file/fixtures/meaning';
import { observe } from '../../main/services/stacks/plan/observe';
import { planProject } from '../../main/services/stacks/plan/plan';
import { type ComposeCommand, composeCommand } from '../support/compose';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';
import { bench } from './apply-fixture';

const session = openTestSession();
const { engine } = session;
const silent = { phase: () => undefined, service: () => undefined };
let compose: ComposeCommand;
let image = '';
let folder = '';
let file = '';
let name = '';

beforeAll(async () => {
  [compose, image] = await Promise.all([composeCommand(session.endpoint), tinyImage(session)]);
});
beforeEach(async () => {
  name = uniqueProject('neighbour');
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-neighbour-'));
  file = join(folder, 'compose.yaml');
  await writeFile(file, composeFile());
});
afterEach(async () => {
  await removeProject(session, name);
  await rm(folder, { recursive: true });
});
afterAll(() => engine.close());

function composeFile(): string {
  return `name: ${name}
services:
  db:
    image: ${image}
    command: [sh, -c, "touch /tmp/ready; sleep 3600"]
    stop_grace_period: 0s
    healthcheck: { test: [CMD, test, -e, /tmp/ready], interval: 1s, timeout: 1s, retries: 5 }
    volumes: ["data:/data"]
    restart: unless-stopped
    deploy: { resources: { limits: { cpus: "0.5", memory: 64M } } }
  web:
    image: ${image}
    command: [sleep, "3600"]
    stop_grace_period: 0s
    environment: { PORT: "80", DATABASE_URL: "postgres://app:hidden@db/app" }
    ports: ["127.0.0.1::80"]
    depends_on: { db: { condition: service_healthy } }
    cap_drop: [NET_RAW]
volumes:
  data: {}
`;
}

const load = async () => (await loadCompose({ files: [file], environment: {} })).project;
const ids = async () =>
  (await engine.listContainers([`com.docker.compose.project=${name}`])).map(({ id }) => id).sort();

async function planned() {
  const project = await load();
  return planProject(project, await observe(session, project), { services: [], warnings: [] });
}

async function apply() {
  return (await bench(session)).apply({ project: await load() });
}

const listed = z.array(z.object({ Name: z.string(), Status: z.string(), ConfigFiles: z.string() }));
const shown = z.object({ Name: z.string(), Service: z.string(), State: z.string(), Health: z.string() });

async function rows() {
  const lines = (await compose('-p', name, 'ps', '--all', '--format', 'json')).trim().split('\n');
  return lines.map((line) => shown.parse(JSON.parse(line)));
}

describe('docker compose', () => {
  it.each(['bizosaas', 'sandbox'])('reads stacks/%s unchanged, and as the console does', async (stack) => {
    const path = join(import.meta.dirname, '../../stacks', stack, 'compose.yaml');
    const { project } = await loadCompose({ files: [path], environment: process.env });
    const printed: unknown = parse(await compose('-f', path, 'config'));
    expect(meaning(canonicalJson(project))).toEqual(meaning(printed));
  });

  it('lists our project and its containers, and takes them for its own', async () => {
    await apply();
    const projects = listed.parse(JSON.parse(await compose('ls', '--all', '--format', 'json')));
    expect(projects.find((project) => project.Name === name)).toEqual({
      Name: name,
      Status: 'running(2)',
      ConfigFiles: file,
    });
    // The apply's own probe may pass before the engine's first one.
    await until('the engine’s own check passed', async () => (await rows())[0]?.Health === 'healthy');
    expect(await rows()).toEqual([
      { Name: `${name}-db-1`, Service: 'db', State: 'running', Health: 'healthy' },
      { Name: `${name}-web-1`, Service: 'web', State: 'running', Health: '' },
    ]);
  });

  it('makes our containers anew on its own up, with the same data, and the plan takes them as they are', async () => {
    await apply();
    await engine.exec(`${name}-db-1`, ['touch', '/data/kept']);
    const before = await ids();
    await compose('-f', file, 'up', '-d');
    // Its own hash of the definition is not on our containers, so none of them counts as up to date.
    expect((await ids()).filter((id) => before.includes(id))).toEqual([]);
    expect((await engine.exec(`${name}-db-1`, ['ls', '/data'])).stdout.trim()).toBe('kept');
    expect((await planned()).changed).toBe(false);
    await compose('-f', file, 'down', '--volumes');
    expect(await ids()).toEqual([]);
  });
});

describe('what docker compose made', () => {
  it('is adopted as it is, and taken away by our remove', async () => {
    await compose('-f', file, 'up', '-d', '--wait');
    const before = await ids();
    const plan = await planned();
    expect(plan.changed).toBe(false);
    expect(plan.steps.find(({ id }) => id === 'service:web')?.reason).toContain('adopted');
    expect(await apply()).toMatchObject({ changed: false });
    expect(await ids()).toEqual(before);
    const { deps } = await bench(session);
    const request = { stackId: 'test', project: name, volumes: true };
    await remove(deps, request, silent, new AbortController().signal);
    expect(await ids()).toEqual([]);
    expect(await compose('ls', '--all', '--quiet')).not.toContain(name);
  });
});
