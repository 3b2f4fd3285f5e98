import { describe, expect, it, vi } from 'vitest';
import { isTimeout, withTimeout } from '../../streams/abortable';
import { createNotifier } from '../../streams/notifier';
import { loadDriver } from './driver';
import { createOpenLink } from './open-link';
import { createSessionPools, isAllTaken } from './session-pool';

const PATIENCE_MS = 20;

const target = {
  ...{ alias: 'box', host: '127.0.0.1', port: 22, user: 'me', hostKeyName: 'box', agent: null },
  ...{ identityFiles: [], identitiesOnly: true, jumps: [], knownHostsFiles: [], unsupported: [] },
  ...{ connectTimeoutMs: 1000, keepaliveIntervalMs: 0, keepaliveCountMax: 0 },
};

/** To a server that answers no request for a session. */
async function linkToSilence() {
  const { Client } = await loadDriver();
  const client = new Client();
  const asked: string[] = [];
  vi.spyOn(client, 'exec').mockImplementation((command) => {
    asked.push(command);
    return client;
  });
  const passage = {
    ...{ client, target, machine: 'me@box:22', handshakes: 1, localAddress: null },
    ...{ wireBytes: () => ({ sent: 0, received: 0 }), close: () => undefined },
  };
  return { asked, link: createOpenLink(passage, createNotifier(), () => new Error('lost')) };
}

const never = () => new Promise<never>(() => undefined);

async function failureOf(
  pools: ReturnType<typeof createSessionPools>,
  link: ReturnType<typeof createOpenLink>,
) {
  using patience = withTimeout(PATIENCE_MS);
  const { signal } = patience;
  return await pools
    .of(link)
    .start('relay', { stays: true, signal })
    .then(
      () => null,
      (error: unknown) => error,
    );
}

describe('the sessions of a connection', () => {
  it('go to the first request before they are counted', async () => {
    const { asked, link } = await linkToSilence();
    const started = createSessionPools(never).of(link).start('engine', { stays: false });
    const outcome = expect(started).rejects.toThrow('lost');
    await vi.waitFor(() => expect(asked).not.toEqual([]));
    expect(asked).toEqual(['engine']);
    link.lose(new Error('lost'));
    await outcome;
  });

  it('are counted before what stays', async () => {
    const { asked, link } = await linkToSilence();
    const failure = await failureOf(createSessionPools(never), link);
    expect(asked).toEqual(['exec cat', 'exec cat', 'exec cat']);
    expect([isTimeout(failure), isAllTaken(failure)]).toEqual([true, false]);
  });

  it('are not counted by waiting for more of them than there are', async () => {
    const { asked, link } = await linkToSilence();
    const opened = link.slots.limit - 1;
    for (let taken = 0; taken < opened; taken += 1) await link.slots.acquire();
    await failureOf(createSessionPools(never), link);
    expect(asked).toEqual(['exec cat']);
    expect(link.slots.waiting).toBe(0);
  });

  it('are all taken where the wait is for one of them', async () => {
    const { link } = await linkToSilence();
    for (let taken = 0; taken < link.slots.limit; taken += 1) await link.slots.acquire();
    expect(isAllTaken(await failureOf(createSessionPools(null), link))).toBe(true);
  });
});
