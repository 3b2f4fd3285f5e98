/** A lock whose console was killed, met by another kind of change: refused with words, broken by decision alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMMAND_LINE } from '../../main/bootstrap/paths.mjs';
import { EXIT } from '../../main/cli/exit-codes';
import { runProgram } from '../../main/cli/program';
import type { Terminal } from '../../main/cli/terminal';
import { collectingTerminal } from '../../main/cli/terminal.fixture';
import { createConsole } from '../../main/console';
import { createPlatform } from '../../main/platform';
import { acquireLock, breakLock, readLock } from '../../main/services/stacks/lock/lock';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { matching } from '../support/matchers';
import { until } from '../support/until';

const session = openTestSession();
const { signal } = new AbortController();
const silent = { phase: () => undefined, service: () => undefined };
let image = '';
let folder = '';
let project = '';

beforeAll(async () => {
  if (!existsSync(COMMAND_LINE)) throw new Error(`${COMMAND_LINE} is missing: run "npm run build" first.`);
  image = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-left-lock-'));
  project = uniqueProject('leftlock');
  await writeFile(join(folder, 'compose.yaml'), composeFile());
});
afterEach(async () => {
  await breakLock(session, project);
  await removeProject(session, project);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => session[Symbol.asyncDispose]());

/** The second service never gets healthy: time to be killed in. */
function composeFile(): string {
  return `name: ${project}
x-common: &common { image: "${image}", command: [sleep, "600"], stop_grace_period: 0s }
services:
  db: *common
  slow:
    <<: *common
    healthcheck: { test: [CMD, "false"], interval: 1s, retries: 100 }
`;
}

const environment = () => ({ ...process.env, BIZOSAAS_HOME: join(folder, 'home') });
const platform = () =>
  createPlatform({ stacksDirectory: 'stacks', version: '0', environment: environment() });
const withFile = (words: string[]) => [...words, '-f', join(folder, 'compose.yaml')];

/** `bizosaas up` as a shell runs it, killed while it waits for the second service. */
async function killedUp(): Promise<{ pid: number | undefined }> {
  const child = spawn(process.execPath, [COMMAND_LINE, ...withFile(['up', '--yes'])], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  try {
    await until('it waits for the service', () => /slow: gating/.test(said), 30_000);
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  return { pid: child.pid };
}

async function bizosaas(words: string[], facts: Partial<Terminal> = {}) {
  const terminal = collectingTerminal({ now: Date.now, ...facts });
  const given = { version: '0', terminal, platform: async () => platform() };
  const code = await runProgram(withFile(words), given);
  return { code, notes: terminal.noted() };
}

/** Types the answers in order, and keeps what was asked. */
function person(...answers: string[]) {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answers.shift() ?? null;
  };
  return { asked, facts: { interactive: true, ask } };
}

async function left(): Promise<string[]> {
  const all = await session.engine.listContainers([`com.docker.compose.project=${project}`]);
  return all.map(({ name, state }) => `${name.slice(project.length + 1)} ${state}`).sort();
}

/** What a console shows that starts now. */
async function shown() {
  const console = createConsole(platform());
  try {
    const { stacks, hosts } = console.services;
    const { id: stackId } = await stacks.define([join(folder, 'compose.yaml')]);
    const on = { hostId: (await hosts.selected()).id, stackId };
    const history = await stacks.history(on);
    const applied = history.find(({ change }) => change === 'apply')?.journalId ?? '';
    const late = await stacks.continueApply(on, applied, silent, AbortSignal.abort()).catch(String);
    return { history, late, unfinished: await stacks.list(on.hostId).then(unfinishedOf(stackId)) };
  } finally {
    await console.dispose();
  }
}

const unfinishedOf = (stackId: string) => (all: { id: string; unfinished: object | null }[]) =>
  all.find(({ id }) => id === stackId)?.unfinished ?? null;

const OWED =
  /began an apply of \S+ \d+ s ago and left its lock behind: that console has ended, so the lock may be broken\./;
const BOTH = ['db-1 running', 'slow-1 running'];

describe('the lock of an apply that was killed', () => {
  it('stops a removal that nobody decided on, with the next step; a yes goes on, and ends the apply', async () => {
    const { pid } = await killedUp();
    const alone = await bizosaas(['down', '--yes']);
    expect(alone.code).toBe(EXIT.LOCKED);
    expect(alone.notes).toMatch(OWED);
    expect(alone.notes).toContain(` pid ${pid} `);
    expect(alone.notes).toMatch(/give the same command again with --break-lock\.\n$/);
    const declined = person(project, 'n');
    expect(await bizosaas(['down'], declined.facts)).toMatchObject({ code: EXIT.LOCKED });
    expect(declined.asked).toEqual([`Type ${project} to confirm: `, matching(OWED)]);
    expect(await left()).toEqual(BOTH);
    expect(await readLock(session, project, Date.now())).toMatchObject({ stale: true, ended: true });

    const decided = person('y');
    expect(await bizosaas(['down', '--yes'], decided.facts)).toMatchObject({ code: EXIT.OK });
    expect(decided.asked).toEqual([matching(/Break the lock and go on\? \[y\/N\] $/)]);
    expect(await left()).toEqual([]);
    expect(await readLock(session, project, Date.now())).toBeNull();
    const { history, late, unfinished } = await shown();
    expect(history).toMatchObject([
      { change: 'remove', outcome: 'succeeded' },
      {
        change: 'apply',
        outcome: 'interrupted',
        summary: `Its place was taken by ${history[0]?.journalId}.`,
      },
    ]);
    expect(unfinished).toBeNull();
    expect(late).toContain('has ended already');
  });

  it('is broken for a restart by the flag, which leaves the apply to be continued', async () => {
    await killedUp();
    expect(await bizosaas(['restart', 'db', '--yes'])).toMatchObject({ code: EXIT.LOCKED });
    const { code, notes } = await bizosaas(['restart', 'db', '--break-lock']);
    expect(code).toBe(EXIT.OK);
    expect(notes).toMatch(OWED);
    expect((await shown()).unfinished).toMatchObject({ change: 'apply' });
    // No lock is left to decide on.
    expect(await bizosaas(['down', '--yes'])).toMatchObject({ code: EXIT.OK });
    expect((await shown()).unfinished).toBeNull();
  });
});

it('a lock whose console is at work is not broken by the flag', async () => {
  const claim = { project, owner: 'a colleague', change: 'remove' as const, now: Date.now };
  const lock = await acquireLock(session, claim, signal);
  try {
    const { code, notes } = await bizosaas(['up', '--yes', '--break-lock']);
    expect(code).toBe(EXIT.LOCKED);
    expect(notes).toMatch(
      /a colleague began a removal of \S+ \d+ s ago and is at work on it: .* Wait until it ends\./,
    );
    await lock.stillHeld();
  } finally {
    await lock.release();
  }
});
