/**
 * `bizosaas up` killed at moments the engine names: the next command says so, and what is left is continued or
 * undone, with nothing kept of the way there.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMMAND_LINE } from '../../main/bootstrap/paths.mjs';
import { EXIT } from '../../main/cli/exit-codes';
import { runProgram } from '../../main/cli/program';
import { collectingTerminal } from '../../main/cli/terminal.fixture';
import { createConsole } from '../../main/console';
import { createPlatform } from '../../main/platform';
import type { EngineEvent } from '../../main/services/hosts/engine';
import { breakLock, readLock } from '../../main/services/stacks/lock/lock';
import { newName } from '../../main/services/stacks/plan/labels';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';

const REACHED_LIMIT_MS = 30_000;
const session = openTestSession();
const { engine } = session;
let image = '';
let folder = '';
let project = '';

beforeAll(async () => {
  if (!existsSync(COMMAND_LINE)) throw new Error(`${COMMAND_LINE} is missing: run "npm run build" first.`);
  image = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-killed-up-'));
  project = uniqueProject('killedup');
});
afterEach(async () => {
  await breakLock(session, project);
  await removeProject(session, project);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => session[Symbol.asyncDispose]());

const environment = () => ({ ...process.env, BIZOSAAS_HOME: join(folder, 'home') });
const platform = () =>
  createPlatform({ stacksDirectory: 'stacks', version: '0', environment: environment() });
const file = () => join(folder, 'compose.yaml');
const compose = (services: string) => writeFile(file(), `name: ${project}\nservices:\n${services}`);

function startUp(...words: string[]): ChildProcess {
  const all = [COMMAND_LINE, 'up', '--yes', ...words, '-f', file()];
  return spawn(process.execPath, all, { env: environment(), stdio: 'ignore' });
}

/** Ends `up` by SIGKILL at the first event of the project that is meant. */
async function killedUpAt(isMeant: (event: EngineEvent) => boolean): Promise<void> {
  const events = engine.events({ since: Date.now() }, AbortSignal.timeout(REACHED_LIMIT_MS));
  const child = startUp();
  try {
    for await (const event of events) if (isMeant(event)) break;
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  expect(child.signalCode).toBe('SIGKILL');
}

const isOf =
  (type: EngineEvent['type'], action: string, name: string) =>
  (event: EngineEvent): boolean =>
    event.type === type && event.action === action && event.attributes.name === `${project}${name}`;

async function bizosaas(...words: string[]) {
  const terminal = collectingTerminal({ now: Date.now });
  const given = { version: '0', terminal, platform: async () => platform() };
  const code = await runProgram([...words, '-f', file()], given);
  return { code, out: terminal.written(), notes: terminal.noted() };
}

async function left(): Promise<string[]> {
  const all = await engine.listContainers([`com.docker.compose.project=${project}`]);
  return all.map(({ name, state }) => `${name.slice(project.length + 1)} ${state}`).sort();
}

async function networks(): Promise<string[]> {
  const all = await engine.listNetworks([`com.docker.compose.project=${project}`]);
  return all.map(({ name }) => name.slice(project.length + 1));
}

const CUT_OFF = /An apply begun \S+ \S+ ago was cut off; \d+ of \d+ steps were done\. "bizosaas up" goes on/;

async function expectNamed(): Promise<void> {
  expect(await readLock(session, project, Date.now())).toMatchObject({ stale: true, ended: true });
  const status = await bizosaas('status', '--json');
  expect(status.notes).toMatch(CUT_OFF);
  expect(JSON.parse(status.out)).toMatchObject({ unfinished: { change: 'apply' } });
  const plan = await bizosaas('plan');
  expect([plan.code, plan.notes]).toEqual([EXIT.CHANGE_PENDING, expect.stringMatching(CUT_OFF)]);
}

/** Neither lock nor record is left open, and no command speaks of it any more. */
async function expectOver(): Promise<void> {
  expect(await readLock(session, project, Date.now())).toBeNull();
  const status = await bizosaas('status', '--json');
  expect(status.notes).not.toContain('cut off');
  expect(JSON.parse(status.out)).toMatchObject({ unfinished: null });
}

async function goOn(): Promise<void> {
  const { code, notes } = await bizosaas('up', '--yes', '--break-lock');
  expect([code, notes]).toEqual([EXIT.OK, expect.stringContaining('It is continued now.')]);
  await expectOver();
  expect((await bizosaas('plan')).code).toBe(EXIT.OK);
}

/** As the window does it. */
async function undo(): Promise<void> {
  const console = createConsole(platform());
  try {
    const { stacks, hosts } = console.services;
    const { id: stackId } = await stacks.define([file()]);
    const on = { hostId: (await hosts.selected()).id, stackId };
    const journalId = (await stacks.cutOff(on))?.journalId ?? '';
    const silent = { phase: () => undefined, service: () => undefined };
    await stacks.undoApply(on, journalId, silent, new AbortController().signal);
  } finally {
    await console.dispose();
  }
  await expectOver();
}

const NEVER_HEEDS = "trap '' TERM; rm -f /tmp/go; until [ -e /tmp/go ]; do sleep 0.1; done";

describe('up that was killed between a new container and the end of the one it replaces', () => {
  let original = '';
  const web = (version: string) =>
    compose(
      `  web: { image: "${image}", command: [sh, -c, "${NEVER_HEEDS}"], stop_grace_period: 60s, environment: { V: "${version}" } }\n`,
    );

  beforeEach(async () => {
    await web('1');
    expect((await bizosaas('up', '--yes')).code).toBe(EXIT.OK);
    original = (await engine.inspectContainer(`${project}-web-1`)).id;
    await web('2');
    // The old one has been told to stop, and does not.
    await killedUpAt(isOf('container', 'kill', '-web-1'));
    expect(await left()).toEqual(['web-1 running', `${newName('web-1')} created`]);
    await expectNamed();
    await engine.exec(original, ['touch', '/tmp/go']);
    await until('the old one has stopped', async () => !(await engine.inspectContainer(original)).running);
  });
  it('is continued', async () => {
    await goOn();
    expect(await left()).toEqual(['web-1 running']);
    expect((await engine.inspectContainer(`${project}-web-1`)).id).not.toBe(original);
    expect(await networks()).toEqual(['default']);
  });

  it('is undone', async () => {
    await undo();
    expect(await left()).toEqual(['web-1 running']);
    expect((await engine.inspectContainer(`${project}-web-1`)).id).toBe(original);
    expect(await networks()).toEqual(['default']);
  });
});

describe('up that was killed while a job runs', () => {
  beforeEach(async () => {
    const job = 'echo run >> /tmp/runs; until [ -e /tmp/go ]; do sleep 0.1; done';
    await compose(
      `  job: { image: "${image}", command: [sh, -c, "${job}"], stop_signal: SIGKILL }
  web:
    image: "${image}"
    command: [sleep, "600"]
    stop_signal: SIGKILL
    depends_on: { job: { condition: service_completed_successfully } }
`,
    );
    await killedUpAt(isOf('container', 'start', '-job-1'));
    expect(await left()).toContain('job-1 running');
    expect(await left()).not.toContain('web-1 running');
    await expectNamed();
  });

  it('is continued, and the job does not run twice', async () => {
    await engine.exec(`${project}-job-1`, ['touch', '/tmp/go']);
    await goOn();
    expect(await left()).toEqual(['job-1 exited', 'web-1 running']);
    expect(await engine.readFile(`${project}-job-1`, '/tmp/runs')).toBe('run\n');
  });

  it('is undone', async () => {
    await undo();
    expect([await left(), await networks()]).toEqual([[], []]);
  });
});

describe('up that was killed between the network and the first container', () => {
  const built = (words: string) =>
    compose(
      `  built:
    build: { context: "./context", dockerfile_inline: "FROM ${image}\\nRUN ${words} && echo ${project}\\n" }
    command: [sleep, "600"]
    stop_signal: SIGKILL
`,
    );

  beforeEach(async () => {
    // Without the image no container can follow, however late the kill comes.
    await mkdir(join(folder, 'context'));
    await built('sleep 30');
    await killedUpAt(isOf('network', 'create', '_default'));
    expect([await left(), await networks()]).toEqual([[], ['default']]);
    await expectNamed();
  });

  it('is continued', async () => {
    await built('true');
    await goOn();
    expect(await left()).toEqual(['built-1 running']);
    expect(await networks()).toEqual(['default']);
    await removeProject(session, project);
    await docker(session, 'image', 'rm', `${project}-built`);
  });

  it('is undone', async () => {
    await undo();
    expect([await left(), await networks()]).toEqual([[], []]);
  });
});
