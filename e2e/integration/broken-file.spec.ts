/** What the command line still does for a project whose Compose file is broken or gone, on the real engine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../main/cli/program';
import { collectingTerminal } from '../../main/cli/terminal.fixture';
import { createPlatform } from '../../main/platform';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';

const session = openTestSession();
let image = '';
let folder = '';
let file = '';
let project = '';

beforeAll(async () => {
  image = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), `${uniqueProject('semantics')}-`));
  file = join(folder, 'compose.yaml');
  // The last six characters of a temporary folder may be capitals, which Compose makes small.
  project = basename(folder).toLowerCase();
});
afterEach(async () => {
  await removeProject(session, project);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => session[Symbol.asyncDispose]());

async function bizosaas(...words: string[]) {
  const terminal = collectingTerminal();
  const facts = { stacksDirectory: join(folder, 'stacks'), version: '1.2.3' };
  const environment = { BIZOSAAS_HOME: join(folder, 'home'), DOCKER_HOST: session.endpoint };
  const code = await runProgram([...words, '-f', file], {
    ...{ version: '1.2.3', terminal },
    platform: async () => createPlatform({ ...facts, environment }),
  });
  return { code, out: terminal.written(), notes: terminal.noted() };
}

/** Nothing in it names the project: Compose and the console take the folder's name. */
async function bringUp(): Promise<void> {
  const lasting = `image: "${image}", command: [sh, -c, "echo said; exec sleep 600"], stop_signal: SIGKILL`;
  await writeFile(
    file,
    `services:
  db: { ${lasting}, volumes: ["data:/data"] }
  init: { image: "${image}", command: ["true"] }
  web: { ${lasting}, depends_on: { db: { condition: service_started }, init: { condition: service_completed_successfully } } }
volumes: { data: {} }
`,
  );
  expect((await bizosaas('up', '--yes')).code).toBe(0);
}

async function containers(): Promise<Record<string, string>> {
  const listed = await session.engine.listContainers([`com.docker.compose.project=${project}`]);
  return Object.fromEntries(listed.map(({ name, state }) => [name.replace(`${project}-`, ''), state]));
}

describe('a project whose file is broken', () => {
  it('is shown, stopped, started and removed by what its labels tell', async () => {
    await bringUp();
    await writeFile(file, 'services:\n  web:\n    imag: tiny\n');
    const shown = await bizosaas('status', '--json');
    expect([shown.code, shown.notes]).toEqual([
      0,
      expect.stringMatching(/can't be read: .*yaml:3:5: .*imag/),
    ]);
    expect(JSON.parse(shown.out)).toMatchObject({ project, unreadable: { code: 'INVALID_COMPOSE' } });
    expect((await bizosaas('logs', 'db')).out).toContain('said');
    expect((await bizosaas('logs')).out.match(/said/g)).toHaveLength(2);

    expect((await bizosaas('stop')).code).toBe(0);
    expect(await containers()).toEqual({ 'db-1': 'exited', 'init-1': 'exited', 'web-1': 'exited' });
    expect((await bizosaas('start')).code).toBe(0);
    expect((await bizosaas('restart', 'web')).code).toBe(0);
    expect(await containers()).toEqual({ 'db-1': 'running', 'init-1': 'exited', 'web-1': 'running' });
    expect(await bizosaas('stop', 'wbe')).toMatchObject({ code: 3, notes: expect.stringContaining('wbe') });

    const unconfirmed = await bizosaas('down');
    expect(unconfirmed.code).toBe(3);
    expect(unconfirmed.notes).toContain(`${project}-web-1`);
    expect(Object.keys(await containers())).toHaveLength(3);
    const removed = await bizosaas('down', '--yes');
    expect(removed.code).toBe(0);
    expect(removed.notes).toMatch(/can't be read: .*yaml:3:5/);
    expect(removed.notes).toMatch(new RegExp(`3 containers: .*${project}-db-1`));
    expect(removed.notes).toContain(`volume ${project}_data`);
    expect(await containers()).toEqual({});
    const volumes = () =>
      session.engine.listVolumes([`com.docker.compose.project=${project}`], { diskUsage: false });
    expect(await volumes()).toHaveLength(1);
    expect((await bizosaas('down', '--volumes', '--yes')).code).toBe(0);
    expect(await volumes()).toEqual([]);
  });

  it('is removed when the file is gone, by the name that is asked for', async () => {
    await bringUp();
    await rm(file);
    const other = await bizosaas('down', '--yes', '-p', `${project}x`);
    expect(other.notes).toContain('0 containers');
    const { code, notes } = await bizosaas('down', '--yes', '-p', project);
    expect([code, notes]).toEqual([0, expect.stringContaining('it does not exist')]);
    expect(await containers()).toEqual({});
  });

  it('is neither planned nor brought up', async () => {
    await writeFile(file, 'services: [');
    expect((await bizosaas('plan')).code).toBe(3);
    expect((await bizosaas('up', '--yes')).code).toBe(3);
    expect((await bizosaas('status')).code).toBe(3);
  });
});
