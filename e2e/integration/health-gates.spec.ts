/** A service that waits for another one's health, which nothing can tell: refused before and during an apply. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../support/docker';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage, tinyRootFs } from '../support/images';
import { bench, healthyService, needs, project, service } from './apply-fixture';
import { eachPreflight } from './preflight-fixture';

const session = openTestSession();
const { engine } = session;
const name = uniqueProject('health-gates');
const checkedImage = `bizosaas-e2e/${name}:1`;
let image = '';

beforeAll(async () => {
  image = await tinyImage(session);
  await engine.importImage(await tinyRootFs(), checkedImage, [
    'HEALTHCHECK --interval=1s CMD ["true"]',
    'CMD ["sleep", "600"]',
  ]);
});
afterEach(() => removeProject(session, name));
afterAll(async () => {
  await docker(session, 'rmi', '--force', checkedImage);
  engine.close();
});

const WORDS =
  'depends_on lets web wait until db is healthy, but db has no health check, neither in the file nor in its image, and no probe that reaches it: nothing would ever tell.';

describe('pre-flight', () => {
  const { report } = eachPreflight();
  const pair = (db: string) =>
    `services:\n  db: ${db}\n  web: { image: "${image}", depends_on: { db: { condition: service_healthy } } }\n`;
  const found = async (db: string) =>
    (await report(pair(db))).checks.filter(({ group }) => group === 'health');

  it('fails the dependant of an image without a check, and of one whose check the file takes away', async () => {
    const failed = [{ id: 'health-check:db', result: 'fail', services: ['web'], evidence: WORDS }];
    expect(await found(`{ image: "${image}" }`)).toMatchObject(failed);
    expect(await found(`{ image: "${checkedImage}", healthcheck: { disable: true } }`)).toMatchObject(failed);
  });

  it('passes a check in the image, and warns while the image is not there', async () => {
    expect(await found(`{ image: "${checkedImage}" }`)).toMatchObject([
      { id: 'health-checks', result: 'pass' },
    ]);
    const absent = '{ image: "localhost:1/none:1", pull_policy: never }';
    expect(await found(absent)).toMatchObject([{ id: 'health-check:db', result: 'warn', services: ['web'] }]);
  });
});

describe('apply', () => {
  it('does not start the dependant, says why, and lets the others go on', async () => {
    const stack = project(name, [
      service('db', image),
      service('web', image, { depends_on: needs('service_healthy', 'db') }),
      service('page', image, { depends_on: needs('service_started', 'web') }),
      healthyService('other', image, { depends_on: needs('service_started', 'db') }),
    ]);
    const run = await bench(session);
    const failure = { code: 'APPLY_FAILED', data: { failed: ['web', 'page'] } };
    await expect(run.apply({ project: stack })).rejects.toMatchObject(failure);
    const advice = 'Add a health check to db, or let web depend on it with service_started.';
    expect(run.rows.get('web')).toMatchObject({ phase: 'failed', detail: `Not started: ${WORDS} ${advice}` });
    expect(run.rows.get('page')?.phase).toBe('blocked');
    expect([run.rows.get('db')?.phase, run.rows.get('other')?.phase]).toEqual(['ready', 'ready']);
    const running = await engine.listContainers([`com.docker.compose.project=${name}`]);
    const states = running.filter(({ state }) => state === 'running').map((one) => one.name);
    expect(states.toSorted()).toEqual([`${name}-db-1`, `${name}-other-1`]);
    // The dependency runs by now; that still tells nothing of its health.
    await expect(run.apply({ project: stack })).rejects.toMatchObject(failure);
  });

  it('opens by the check of the image', async () => {
    const stack = project(name, [
      service('db', checkedImage, { command: ['sleep', '600'], stop_signal: 'SIGKILL' }),
      service('web', image, { depends_on: needs('service_healthy', 'db') }),
    ]);
    const run = await bench(session);
    await run.apply({ project: stack });
    expect(run.rows.get('db')?.detail).toBe('Healthy.');
    expect(run.rows.get('web')?.phase).toBe('ready');
  });

  it('asks the probe of a dependency that runs already', async () => {
    const db = service('db', image);
    const web = service('web', image, { depends_on: needs('service_healthy', 'db') });
    await (await bench(session)).apply({ project: project(name, [db]) });
    const waiting: unknown[] = [];
    const run = await bench(session, {
      probe: async (asked) => {
        if (asked !== 'db') return null;
        waiting.push(run.rows.get('web')?.phase);
        return waiting.length > 3;
      },
    });
    await run.apply({ project: project(name, [db, web]) });
    expect(waiting.length).toBeGreaterThan(3);
    expect(waiting).not.toContain('starting');
    expect(run.rows.get('web')?.phase).toBe('ready');
  });
});
