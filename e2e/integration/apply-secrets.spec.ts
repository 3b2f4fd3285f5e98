/** What programs say during an apply reaches rows, journal and log without the project's secrets. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { bench, project, service, stay } from './apply-fixture';

const SECRET = 'correct-horse-battery';
const session = openTestSession();
let image = '';
let name = '';
let folder = '';

beforeAll(async () => {
  image = await tinyImage(session);
  name = uniqueProject('hush');
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-hush-'));
  await writeFile(join(folder, 'Dockerfile'), `FROM ${image}\nRUN echo built with ${SECRET} && exit 3\n`);
});
afterEach(() => removeProject(session, name));
afterAll(async () => {
  await rm(folder, { recursive: true });
  await session[Symbol.asyncDispose]();
});

it('masks what a health check, a container and a build print', async () => {
  const said: unknown[] = [];
  const keep = (...words: unknown[]): void => void said.push(words);
  const environment = { DB_PASSWORD: SECRET };
  const check = {
    test: ['CMD', 'sh', '-c', `echo denied for ${SECRET}; exit 1`],
    interval: 1000,
    timeout: 1000,
    retries: 1,
  };
  const checked = service('checked', image, {
    environment,
    command: stay(`echo started with ${SECRET}`),
    healthcheck: check,
  });
  const { image: _, ...rest } = service('built', image);
  const built = { ...rest, build: { context: folder } };
  const log = { info: keep, warn: keep, error: keep };
  const run = await bench(session, { log, timing: { settleMs: 100, gateFloorMs: 3_000 } });
  const failure: unknown = await run
    .apply({ project: project(name, [checked, built]) })
    .catch((error: unknown) => error);
  const rows = [...run.rows.values()];
  const history = await run.deps.journal.history(session.hostId, name);
  expect(failure).toMatchObject({ code: 'APPLY_FAILED', message: expect.stringContaining('denied for •') });
  expect(run.rows.get('checked')?.logTail.join()).toContain('started with •');
  expect(run.rows.get('built')?.phase).toBe('failed');
  expect(history).toHaveLength(1);
  expect(JSON.stringify({ said, rows, history, failure, text: String(failure) })).not.toContain(SECRET);
});
