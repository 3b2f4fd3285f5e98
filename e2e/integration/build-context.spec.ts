import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observe } from '../../main/services/stacks/plan/observe';
import { planProject } from '../../main/services/stacks/plan/plan';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { bench, project, service } from './apply-fixture';

const APPLY_LIMIT_MS = 60_000;

describe('an image built from sources', { timeout: APPLY_LIMIT_MS }, () => {
  const session = openTestSession();
  const { engine } = session;
  const name = uniqueProject('buildkit-context');
  const tag = `${name}/own:1`;
  let context: string;

  const write = (text: string) => writeFile(join(context, 'greeting.txt'), text);
  const definition = () => {
    const shared = { pull_policy: 'never' };
    return project(name, [
      service('user', tag, shared),
      service('builder', tag, { ...shared, build: { context } }),
    ]);
  };
  const plan = async () =>
    planProject(definition(), await observe(session, definition()), { services: [], warnings: [] });
  const greetings = async () => {
    const containers = await engine.listContainers([`com.docker.compose.project=${name}`]);
    return Promise.all(containers.map(({ id }) => engine.readFile(id, '/greeting.txt')));
  };

  beforeAll(async () => {
    context = await mkdtemp(join(tmpdir(), 'bz-context-'));
    await write('one');
    const lines = [`FROM ${await tinyImage(session)}`, 'COPY greeting.txt /', ''];
    await writeFile(join(context, 'Dockerfile'), lines.join('\n'));
  }, APPLY_LIMIT_MS);
  afterAll(async () => {
    await removeProject(session, name);
    await docker(session, 'image', 'rm', tag);
    await rm(context, { recursive: true });
    await session[Symbol.asyncDispose]();
  });

  it('is built once for all that run from it', async () => {
    const fixture = await bench(session);
    await fixture.apply({ project: definition() });
    expect([...fixture.rows.values()].map(({ phase }) => phase)).toEqual(['ready', 'ready']);
    expect(await greetings()).toEqual(['one', 'one']);
    expect((await plan()).changed).toBe(false);
  });

  it('is built again under the same tag when a source changes, and its containers follow', async () => {
    await write('two');
    const before = await plan();
    expect(before.steps.filter(({ action }) => action !== 'keep')).toMatchObject([
      { action: 'build-image', target: tag, reason: 'The build context changed.' },
      { action: 'recreate-container', service: 'user' },
      { action: 'recreate-container', service: 'builder' },
    ]);
    const fixture = await bench(session);
    await fixture.apply({ project: definition() });
    expect(await greetings()).toEqual(['two', 'two']);
    expect((await plan()).changed).toBe(false);
  });
});
