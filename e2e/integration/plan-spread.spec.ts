/** Changes that spread from one service to another, on the real engine: shared namespaces and `depends_on.restart`. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { healthyService, project, READY_COMMAND, type ServiceSketch, service } from './apply-fixture';
import { type PlanFixture, planFixture } from './plan-fixture';

let fixture: PlanFixture;
let engine: PlanFixture['engine'];
let name = '';
let image = '';

beforeAll(async () => {
  fixture = await planFixture();
  ({ engine, name, image } = fixture);
});
afterEach(() => fixture.clear());
afterAll(() => fixture.dispose());

/** The kernel's names of them. */
async function namespacesOf(of: string): Promise<{ net: string; ipc: string }> {
  const container = `${name}-${of}-1`;
  const { stdout } = await engine.exec(container, [
    'sh',
    '-c',
    'readlink /proc/self/ns/net /proc/self/ns/ipc',
  ]);
  const [net = '', ipc = ''] = stdout.trim().split('\n');
  return { net, ipc };
}

const REPLACED = 'It shares a namespace with db, which is replaced.';
const STARTED = 'It shares a namespace with db, which is started again.';
const shares = {
  network: { networks: {}, network_mode: 'service:db' },
  ipc: { ipc: 'service:db' },
  process: { pid: 'service:db' },
} satisfies Record<string, ServiceSketch>;
const changed = { environment: { NEW: 'yes' } };

function pair(sharing: ServiceSketch, db: ServiceSketch = {}): ComposeProject {
  return project(name, [
    healthyService('db', image, { ipc: 'shareable', ...db }),
    service('side', image, { command: READY_COMMAND, ...sharing }),
  ]);
}

describe('a service that shares a namespace', () => {
  it('of the network, the ipc or the processes is replaced with the one it shares it with', async () => {
    const stack = (db: ServiceSketch): ComposeProject => {
      const sides = Object.entries(shares).map(([kind, sharing]) =>
        service(kind, image, { command: READY_COMMAND, ...sharing }),
      );
      return project(name, [healthyService('db', image, { ipc: 'shareable', ...db }), ...sides]);
    };
    await fixture.apply(stack({}));
    const next = stack(changed);
    for (const kind of Object.keys(shares))
      expect(await fixture.step(next, `service:${kind}`)).toMatchObject({
        action: 'recreate-container',
        reason: REPLACED,
        after: expect.arrayContaining(['service:db']),
      });
    await fixture.apply(next);
    expect(await fixture.changes(next)).toEqual({});
    const [db, network, ipc] = await Promise.all(['db', 'network', 'ipc'].map(namespacesOf));
    expect(network?.net).toBe(db?.net);
    expect(ipc?.ipc).toBe(db?.ipc);
    const { stdout } = await engine.exec(`${name}-process-1`, ['ps', '-o', 'args']);
    expect(stdout.match(/touch \/tmp\/ready/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('follows one that is only started again, for that one has a new namespace', async () => {
    const stack = pair(shares.network);
    await fixture.apply(stack);
    await engine.stopContainer(`${name}-db-1`, 1);
    expect(await fixture.changes(stack)).toEqual({
      'service:db': 'The container is stopped (exit code 0).',
      'service:side': STARTED,
    });
    await fixture.apply(stack);
    expect((await namespacesOf('side')).net).toBe((await namespacesOf('db')).net);
  });

  it('follows one that was paused and gets a fresh start', async () => {
    const stack = pair(shares.network);
    await fixture.apply(stack);
    await fixture.pause(`${name}-db-1`);
    expect(await fixture.changes(stack)).toEqual({
      'service:db': 'The container is paused.',
      'service:side': STARTED,
    });
    await fixture.apply(stack);
    expect((await namespacesOf('side')).net).toBe((await namespacesOf('db')).net);
  });

  it('follows one whose container is gone', async () => {
    const stack = pair(shares.network);
    await fixture.apply(stack);
    await engine.removeContainer(`${name}-db-1`, { force: true, volumes: false });
    expect(await fixture.changes(stack)).toEqual({
      'service:db': 'No container exists yet.',
      'service:side': REPLACED,
    });
    await fixture.apply(stack);
    expect((await namespacesOf('side')).net).toBe((await namespacesOf('db')).net);
  });

  it('is replaced also when it is stopped itself: its container names the other one by id', async () => {
    await fixture.apply(pair(shares.network));
    await engine.stopContainer(`${name}-side-1`, 1);
    const next = pair(shares.network, changed);
    expect(await fixture.step(next, 'service:side')).toMatchObject({
      action: 'recreate-container',
      reason: REPLACED,
    });
    await fixture.apply(next);
    expect(await fixture.changes(next)).toEqual({});
  });
});

describe('a service whose depends_on asks for a restart', () => {
  const stack = (restart: boolean, db: ServiceSketch = {}): ComposeProject =>
    project(name, [
      healthyService('db', image, db),
      healthyService('web', image, {
        depends_on: { db: { condition: 'service_healthy', required: true, restart } },
      }),
    ]);
  const REASON = 'Its dependency db is replaced, and depends_on asks for a restart.';

  it('is restarted, not replaced, when its dependency is replaced', async () => {
    await fixture.apply(stack(true));
    const before = await engine.inspectContainer(`${name}-web-1`);
    const next = stack(true, changed);
    expect(await fixture.step(next, 'service:web')).toMatchObject({
      action: 'start-container',
      reason: REASON,
    });
    await fixture.apply(next);
    const after = await engine.inspectContainer(`${name}-web-1`);
    expect(after.id).toBe(before.id);
    expect(after.startedAt ?? 0).toBeGreaterThan(before.startedAt ?? 0);
    const db = await engine.inspectContainer(`${name}-db-1`);
    expect(after.startedAt ?? 0).toBeGreaterThan(db.startedAt ?? 0);
    expect(await fixture.changes(next)).toEqual({});
  });

  it('is restarted when its dependency was gone', async () => {
    await fixture.apply(stack(true));
    await engine.removeContainer(`${name}-db-1`, { force: true, volumes: false });
    expect(await fixture.step(stack(true), 'service:web')).toMatchObject({
      action: 'start-container',
      reason: REASON,
    });
  });

  it('runs on where it does not ask', async () => {
    await fixture.apply(stack(false));
    expect((await fixture.step(stack(false, changed), 'service:web')).action).toBe('keep');
  });
});
