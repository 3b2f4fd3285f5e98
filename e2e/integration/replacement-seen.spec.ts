/** What a watcher sees while an apply replaces a container: one row, one log, one count. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContainersService } from '../../main/services/containers';
import type { ComposeProject } from '../../main/services/stacks/compose-file/model';
import { applyUpdate, type LiveCopy } from '../../main/streams/apply-update';
import type { ServiceRow } from '../../preload/contract';
import { type Bench, openHealthBench } from '../support/health-bench';
import { until } from '../support/until';
import { bench as applyBench, healthyService, project, stay } from './apply-fixture';

let seen: Bench;

beforeAll(async () => {
  seen = await openHealthBench({ web: { probe: null } });
});
afterAll(() => seen.dispose());

function stack(words: string): ComposeProject {
  const command = stay(`echo ${words}; touch /tmp/ready`);
  return project(seen.project, [healthyService('web', seen.image, { command })]);
}

async function apply(words: string): Promise<string | undefined> {
  await (await applyBench(seen.session)).apply({ project: stack(words) });
  const [web] = await seen.session.engine.listContainers([`com.docker.compose.project=${seen.project}`]);
  return web?.id;
}

/** Every state of the list of services, until it is told to stop. */
function watchRows() {
  const stop = new AbortController();
  const states: ServiceRow[][] = [];
  const done = (async () => {
    let copy: LiveCopy<ServiceRow> | null = null;
    for await (const update of seen.health.watchRows(seen.on, stop.signal)) {
      copy = applyUpdate(copy, update, (row) => row.id);
      states.push([...(copy?.items.values() ?? [])]);
    }
  })();
  return {
    states,
    last: () => states.at(-1)?.[0],
    async end() {
      stop.abort();
      await done;
    },
  };
}

function followLog() {
  const stop = new AbortController();
  const lines: string[] = [];
  const containers = createContainersService({
    hosts: seen.hosts,
    stacks: {
      load: async () => ({ project: stack('any'), warnings: [], variables: [] }),
      projectName: async () => stack('any').name,
    },
    environment: {},
    now: Date.now,
  });
  const done = (async () => {
    for await (const batch of containers.followLogs(seen.on, 'web', 100, stop.signal))
      lines.push(...batch.lines.map(({ text }) => text));
  })();
  return {
    lines,
    async end() {
      stop.abort();
      await done;
      await containers.dispose();
    },
  };
}

describe('a container that an apply replaces', () => {
  it('stays one row of the file, whose log goes on', async () => {
    const first = await apply('first');
    const rows = watchRows();
    const log = followLog();
    let second: string | undefined;
    try {
      await until('the first container is seen', () => rows.last()?.containerId === first);
      await until('its log is read', () => log.lines.length === 1);
      second = await apply('second');
      const isSettled = (): boolean => {
        const row = rows.last();
        return row?.containerId === second && row?.containerName === `${seen.project}-web-1`;
      };
      await until('the successor is seen under its name', isSettled);
      await until('its log is read too', () => log.lines.length === 2);
    } finally {
      await Promise.all([rows.end(), log.end()]);
    }
    expect(second).not.toBe(first);
    expect(log.lines).toEqual(['first', 'second']);
    const told = rows.states.filter((state) => state.length > 0);
    expect(told.map((state) => state.map(({ id, defined }) => ({ id, defined })))).toEqual(
      told.map(() => [{ id: 'web', defined: true }]),
    );
    expect(new Set(told.flat().map(({ containerId }) => containerId))).toEqual(new Set([first, second]));
  });
});
