import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostSession } from '../../main/services/hosts/host-session';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { bench, healthyService, project, READY_CHECK } from './apply-fixture';

const name = uniqueProject('proof');
/** The engine itself asks a minute after the start. */
const LATE_CHECK = { ...READY_CHECK, interval: 60_000 };
let session: HostSession;

beforeAll(() => {
  session = openTestSession();
});
afterAll(async () => {
  await removeProject(session, name);
  session.engine.close();
});

describe('a service that an apply saw healthy', () => {
  it('is not waited for again until it starts again', async () => {
    const web = healthyService('web', await tinyImage(session), { healthcheck: LATE_CHECK });
    const stack = project(name, [web]);
    const { apply, phases } = await bench(session);
    const [again, waited] = ['is as defined; nothing was changed', 'Bringing services up'];
    await apply({ project: stack });
    phases.length = 0;

    expect((await apply({ project: stack })).summary).toContain(again);
    expect(phases).not.toContain(waited);

    const [container] = await session.engine.listContainers([`com.docker.compose.project=${name}`]);
    await session.engine.stopContainer(container?.id ?? '', 1);
    await session.engine.startContainer(container?.id ?? '');
    expect((await apply({ project: stack })).changed).toBe(false);
    expect(phases).toContain(waited);
  });
});
