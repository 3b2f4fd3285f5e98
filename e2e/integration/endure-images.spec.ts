/** A pull and a build on an engine behind SSH whose link is lost meanwhile: they go on, and the journal says so. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { breakLock, readLock } from '../../main/services/stacks/lock/lock';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { freePort } from '../support/free-port';
import { tinyImage, tinyRootFs } from '../support/images';
import { startRegistry } from '../support/registry';
import { tarOf } from '../support/tar';
import { until } from '../support/until';
import { type Bench, bench, journaled, project, service } from './apply-fixture';
import { type FarEngine, farEngine } from './endure-fixture';

const LAYER_BYTES = 1024 * 1024;
const NOTICE_LIMIT_MS = 15_000;
const lost = /^Link to .+ lost since/;
const local = openTestSession();
let far: FarEngine;
let run: Bench;
let image = '';
let name = '';
let reference = '';
let folder = '';

beforeAll(async () => {
  image = await tinyImage(local);
});
afterAll(() => local.engine.close());
beforeEach(async () => {
  far = await farEngine();
  run = await bench(far.session);
  name = uniqueProject('endureimage');
  folder = await mkdtemp(join(tmpdir(), 'endure-build-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await far[Symbol.asyncDispose]();
  await breakLock(local, name);
  await removeProject(local, name);
  await docker(local, 'image', 'rm', '--force', reference);
});

const isTold = () => run.phases.some((phase) => lost.test(phase));
const endsUp = async (applying: Promise<unknown>) => {
  expect(await applying).toMatchObject({ changed: true });
  const of = [...(await journaled(run, name))].filter((entry) => /image:|link|^end \w+$/.test(entry));
  const id = `image:${reference}`.replace(name, 'p');
  expect(of).toEqual([
    ...[`begin ${id}`, 'link lost', 'link back', `begin ${id}`, `end ${id}`],
    'end succeeded',
  ]);
  const [container] = await local.engine.listContainers([`com.docker.compose.project=${name}`]);
  expect(container).toMatchObject({ name: `${name}-web-1`, state: 'running' });
  expect(await readLock(local, name, Date.now())).toBeNull();
};

it('a pull goes on after a silence, and the service comes up with the image', async () => {
  await using registry = await startRegistry();
  const fresh = await buffer(tarOf({ 'data/random': randomBytes(LAYER_BYTES) }));
  reference = registry.offer(name, [await buffer(await tinyRootFs()), fresh]);
  let held = true;
  registry.deliver = async (response, layer) => {
    response.write(layer.subarray(0, layer.length / 2));
    await until('the rest is let go', () => !held, 60_000);
    response.end(layer.subarray(layer.length / 2));
  };
  const applying = run.apply({ project: project(name, [service('web', reference)]) });
  await until('bytes come', () => (run.rows.get('web')?.done ?? 0) > 0, 30_000);
  far.relay.blackhole();
  await until('the loss is told', isTold, NOTICE_LIMIT_MS);
  held = false;
  await far.relay.heal();
  await endsUp(applying);
});

it('a build goes on after a cut, and the service comes up with the image', async () => {
  await using gate = await closedGate();
  const wait = `until wget -q -O /dev/null ${gate.url}; do sleep 0.1; done`;
  await writeFile(join(folder, 'Dockerfile'), `FROM ${image}\nRUN echo ${name} && ${wait}\n`);
  reference = `${name}-web:latest`;
  const { image: _none, ...rest } = service('web', image);
  const stack: ComposeProject = project(name, [{ ...rest, build: { context: folder, network: 'host' } }]);
  const applying = run.apply({ project: stack });
  const isRunning = () => run.rows.get('web')?.parts.some(({ status }) => status.includes('RUN')) ?? false;
  await until('the step runs', isRunning, 30_000);
  far.sever();
  await until('the loss is told', isTold);
  await far.relay.heal();
  await until('the link is back', async () => (await journaled(run, name)).includes('link back'));
  gate.open();
  await endsUp(applying);
});

/** Answers nobody until it is opened. */
async function closedGate() {
  const port = await freePort();
  const server = createServer((_, response) => void response.end('open'));
  return {
    url: `http://127.0.0.1:${port}/`,
    open: () => void server.listen(port, '127.0.0.1'),
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
