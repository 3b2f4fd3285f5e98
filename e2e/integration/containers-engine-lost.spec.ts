/** Following a log over an engine that is killed and comes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContainersService } from '../../main/services/containers';
import type { HostSession } from '../../main/services/hosts/host-session';
import type { LoadedCompose } from '../../main/services/stacks/compose-file/model';
import { type OwnEngine, openTestSession, startOwnEngine, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';
import { until } from '../support/until';
import { project, service } from './apply-fixture';

const ENGINE_LIMIT_MS = 60_000;
const on = { hostId: 'test', stackId: 'stack' };
const name = uniqueProject('lost');
let own: OwnEngine;
let session: HostSession;
let image = '';

beforeAll(async () => {
  own = await startOwnEngine();
  session = openTestSession(own.endpoint);
  image = await tinyImage(session);
});
afterAll(async () => {
  session.engine.close();
  await own.stop();
});

/** Counts on where its last run ended, some lines to each stream, and is started again with the engine. */
async function countForEver(): Promise<void> {
  const script =
    'trap "exit 0" TERM; i=$(cat /n 2>/dev/null || echo 0); while :; do i=$((i+1)); echo $i >/n; echo line $i; [ $((i%5)) = 0 ] && echo fifth $i >&2; sleep 0.02; done';
  const { id } = await session.engine.createContainer({
    name: `${name}-web-1`,
    body: {
      Image: image,
      Cmd: ['sh', '-c', script],
      Labels: {
        'com.docker.compose.project': name,
        'com.docker.compose.service': 'web',
        'com.docker.compose.container-number': '1',
      },
      HostConfig: { RestartPolicy: { Name: 'always' }, NetworkMode: 'none' },
    },
  });
  await session.engine.startContainer(id);
}

describe('following a log', () => {
  it('loses and repeats no line over two engine kills', async () => {
    await countForEver();
    const loaded: LoadedCompose = {
      project: project(name, [service('web', image)]),
      warnings: [],
      variables: [],
    };
    const hosts = { session: async () => session };
    const containers = createContainersService({
      hosts,
      stacks: { load: async () => loaded, projectName: async () => name },
      environment: {},
      now: Date.now,
    });
    const stop = new AbortController();
    const seen: string[] = [];
    let dropped = 0;
    const following = (async () => {
      for await (const batch of containers.followLogs(on, 'web', 10_000, stop.signal)) {
        seen.push(...batch.lines.map(({ stream, text }) => `${stream} ${text}`));
        dropped += batch.dropped;
      }
    })();
    for (let kill = 0; kill < 2; kill += 1) {
      const before = seen.length;
      await until('lines come', () => seen.length > before + 50, ENGINE_LIMIT_MS);
      await own.kill();
      const atKill = seen.length;
      await own.start();
      await until('lines come again', () => seen.length > atKill + 50, ENGINE_LIMIT_MS);
    }
    stop.abort();
    await following;
    const kept = (await containers.readLogs(on, 'web', 100_000)).map(
      ({ stream, text }) => `${stream} ${text}`,
    );
    expect(dropped).toBe(0);
    for (const stream of ['stdout', 'stderr']) {
      const ofStream = (lines: string[]): string[] => lines.filter((line) => line.startsWith(stream));
      expect(ofStream(seen)).toEqual(ofStream(kept).slice(0, ofStream(seen).length));
    }
    await containers.dispose();
  });
});
