import { statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EnginePort } from '../../main/services/hosts/engine';
import { removeProject } from '../../main/services/stacks/apply/remove';
import { openTestSession, startOwnEngine, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';
import { bench, halfway, healthyService, project } from './apply-fixture';

const silent = { phase: () => undefined, service: () => undefined };

describe('an engine that restarts in the middle of an apply', () => {
  it('is waited for, and the apply goes on to the end', async () => {
    const own = await startOwnEngine();
    const session = openTestSession(own.endpoint);
    try {
      const image = await tinyImage(session);
      const name = uniqueProject('restart');
      const run = await bench(session);
      const applying = run.apply({ project: halfway(name, image) });
      await until('the apply gates', () => run.rows.get('slow')?.phase === 'gating', 60_000);
      await session.engine.exec(`${name}-slow-1`, ['touch', '/gate/open']).catch(() => undefined);
      await own.restart();
      expect(await applying).toMatchObject({ changed: true });
      expect(run.phases).toContain('The engine went away; waiting for it to come back');
      const containers = await session.engine.listContainers([`com.docker.compose.project=${name}`]);
      expect(containers.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
      const request = { stackId: 'test', project: name, volumes: true };
      const removed = await removeProject(run.deps, request, silent, new AbortController().signal);
      expect(removed.summary).toContain('3 containers, 1 network, 1 volume');
    } finally {
      session.engine.close();
      await own.stop();
    }
  });
});

describe('an engine whose disk is full', () => {
  it('is named as the cause, with what to do', async () => {
    const own = await startOwnEngine({ tmpfsBytes: 48 * 1024 * 1024 });
    const session = openTestSession(own.endpoint);
    try {
      const image = await tinyImage(session);
      const fill = async (): Promise<void> => {
        const { bavail, bsize } = await statfs(own.dataRoot);
        // The tmpfs refuses the last bytes with the same error the apply is to meet.
        await writeFile(join(own.dataRoot, 'filler'), Buffer.alloc(bavail * bsize)).catch(() => undefined);
      };
      const { engine } = session;
      const filling: EnginePort = {
        ...engine,
        async createContainer(spec, signal) {
          if (spec.name.endsWith('-web-1')) await fill();
          return engine.createContainer(spec, signal);
        },
      };
      const run = await bench({ ...session, engine: filling });
      const stack = project(uniqueProject('full'), [healthyService('web', image)]);
      await expect(run.apply({ project: stack })).rejects.toMatchObject({
        code: 'APPLY_FAILED',
        message: expect.stringContaining(`disk is full (${own.dataRoot} has no space left)`),
      });
      // Now not even the lock can be made.
      await expect(run.apply({ project: stack })).rejects.toMatchObject({
        code: 'ENGINE_REJECTED',
        message: expect.stringContaining('disk is full'),
      });
    } finally {
      session.engine.close();
      await own.stop();
    }
  });
});
