/** `x-bizosaas.bases`: base images that no registry gives are made by the project's own script. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { observe } from '../../main/services/stacks/plan/observe';
import { planProject } from '../../main/services/stacks/plan/plan';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { bench, project, service } from './apply-fixture';

const session = openTestSession();
const { engine } = session;
/** Executable for the owner and everybody else. */
const EXECUTABLE = 0o755;
let folder = '';
let name = '';
let base = '';
let tiny = '';

beforeAll(async () => {
  tiny = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-bases-'));
  await mkdir(join(folder, 'context'));
  name = uniqueProject('bases');
  // Nothing listens on port 1, so the pull is refused at once.
  base = `localhost:1/${name}:1`;
});
afterEach(async () => {
  await removeProject(session, name);
  for (const tag of [`${name}-one`, `${name}-two`, base])
    await docker(session, 'image', 'rm', tag).catch(() => undefined);
  await rm(folder, { recursive: true });
});
afterAll(() => engine.close());

async function script(body: string): Promise<void> {
  const path = join(folder, 'make.sh');
  await writeFile(path, `#!/bin/sh -e\n${body}\n`);
  await chmod(path, EXECUTABLE);
}

function stack(): ComposeProject {
  const built = (called: string) => {
    const { image: _none, ...rest } = service(called, tiny);
    // The busybox comes from the tiny image; what the script made is the file below it.
    const dockerfile_inline = `FROM ${tiny} AS tools\nFROM ${base}\nCOPY --from=tools / /\nLABEL of=${called}\n`;
    return { ...rest, build: { context: join(folder, 'context'), dockerfile_inline } };
  };
  return project(name, [built('one'), built('two')], {
    directory: folder,
    extensions: { 'x-bizosaas': { title: 'Bases', tiers: [], bases: { [base]: { script: './make.sh' } } } },
  });
}

async function planned() {
  return planProject(stack(), await observe(session, stack()), { services: [], warnings: [] });
}

describe('a base image with a script', () => {
  it('is planned, made once for all builds, and found the next time', async () => {
    await script(
      'mkdir root; echo made >root/made-by-script; tar -C root -cf "$1" .; echo "$1" >>"$0.calls"; rm -r root',
    );
    const plan = await planned();
    expect(plan.steps.find(({ id }) => id === `base:${base}`)).toMatchObject({
      action: 'build-image',
      target: base,
      reason: `Base of one, two is not on the host; it is made by ./make.sh unless a registry gives it.`,
    });
    expect(plan.steps.find(({ id }) => id === `image:${name}-one:latest`)?.after).toEqual([`base:${base}`]);
    await (await bench(session)).apply({ project: stack() });
    const calls = (await readFile(join(folder, 'make.sh.calls'), 'utf8')).trim().split('\n');
    expect(calls).toHaveLength(1);
    await expect(readFile(calls[0] ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await planned()).changed).toBe(false);
    await engine.removeContainer(`${name}-one-1`, { force: true, volumes: true });
    await docker(session, 'image', 'rm', `${name}-one`);
    expect((await planned()).steps.map(({ id }) => id)).not.toContain(`base:${base}`);
  });

  it('names the script that failed, with what it said', async () => {
    await script('echo "no room for it" >&2; exit 7');
    const run = await bench(session);
    await expect(run.apply({ project: stack() })).rejects.toMatchObject({ code: 'APPLY_FAILED' });
    expect(run.rows.get('one')).toMatchObject({ phase: 'failed' });
    expect(run.rows.get('one')?.detail).toContain(`${folder}/make.sh ended with 7. no room for it`);
  });
});
