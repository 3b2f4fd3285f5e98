import { describe, expect, it } from 'vitest';
import { createClient } from './client';
import { createContainerCalls } from './containers';
import type { EngineCall } from './transport';

const ID = 'ab'.repeat(32);

/** An engine that knows one container, and the calls it was sent. */
function engineWith(stopTimeout: number | undefined) {
  const sent: EngineCall[] = [];
  const client = createClient({ hostId: 'h', endpoint: 'unix:///none', socketPath: '/none' });
  const containers = createContainerCalls({
    ...client,
    value: async () => ({
      Id: ID,
      Name: '/shop-postgres-1',
      State: {},
      Config: { StopTimeout: stopTimeout },
      NetworkSettings: {},
    }),
    async call(call) {
      sent.push(call);
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
    },
  });
  return { containers, sent };
}

describe('stopping a container', () => {
  it.each([
    ["the container's own time", 60, null, 90_000],
    ["the engine's 10 s when it has none", undefined, null, 40_000],
    ['the time asked for', 60, 5, 35_000],
    ['no end when the container is never killed', -1, null, null],
  ])('leaves %s', async (_, stopTimeout, asked, timeoutMs) => {
    const { containers, sent } = engineWith(stopTimeout);
    await containers.stopContainer(ID, asked);
    expect(sent).toMatchObject([
      { path: `/containers/${ID}/stop`, timeoutMs, query: { t: asked ?? undefined } },
    ]);
  });

  it('names it as people do', async () => {
    const { containers, sent } = engineWith(60);
    await containers.stopContainer(ID, null);
    await containers.removeContainer(ID, { force: true, volumes: false });
    await containers.stopContainer(ID, 5);
    expect(sent.map(({ operation }) => operation)).toEqual([
      'Stop container shop-postgres-1',
      'Remove container shop-postgres-1',
      'Stop container abababababab',
    ]);
  });
});
