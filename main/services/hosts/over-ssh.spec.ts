/** What the hosts room makes of hosts behind SSH, over a session that does as it is told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, type Host, type LinkReport, type Settings } from '../../../preload/contract';
import { DomainError } from '../errors';
import { createHostsService } from './index';
import { createSignIn } from './sign-in';
import { memoryKeychain, quietLog, targetOf } from './sign-in.fixture';
import { sshSession } from './ssh-session.fixture';

const ID = 'ssh:me@box';

let home = '';
const ended: AsyncDisposable[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bz-ssh-'));
});
afterEach(async () => {
  for (const one of ended.splice(0)) await one[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

function memorySettings() {
  let settings: Settings = defaultSettings;
  const listeners = new Set<(settings: Settings) => void>();
  return {
    path: '',
    get: () => settings,
    change(patch: Partial<Settings>) {
      settings = { ...settings, ...patch };
      for (const listener of listeners) listener(settings);
      return settings;
    },
    onChange(listener: (settings: Settings) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function create(session = sshSession()) {
  const settings = memorySettings();
  const opened: string[] = [];
  const keychain = memoryKeychain('strong');
  const signIn = createSignIn({ newId: () => 'q', now: Date.now, keychain, log: quietLog });
  const hosts = createHostsService({
    openSession: async ({ id }) => {
      opened.push(id);
      return session.session;
    },
    settings,
    environment: {},
    homeDirectory: home,
    platform: 'linux',
    now: Date.now,
    log: quietLog,
    ssh: {
      config: {
        aliases: async () => [{ alias: 'box', description: 'me@10.0.0.1' }],
        resolve: async (destination) => targetOf(destination),
      },
      signIn,
    },
  });
  ended.push({ [Symbol.asyncDispose]: () => hosts.dispose() });
  return { hosts, settings, opened, signIn, keychain, ...session };
}

describe('adding a host', () => {
  it('keeps it in the settings, once, connects nothing, and names it by its destination', async () => {
    const { hosts, settings, opened } = create();
    const host = await hosts.add(' ssh://me@box ');
    expect(host).toMatchObject({
      id: ID,
      title: 'me@box',
      source: 'added',
      endpoint: 'ssh://me@box',
      selected: false,
      connection: { state: 'idle' },
      link: { state: 'closed', handshakes: 0 },
    });
    expect((await hosts.add('me@box')).id).toBe(ID);
    expect(settings.get().addedHosts).toEqual([{ id: ID, title: 'me@box', destination: 'me@box' }]);
    expect(opened).toEqual([]);
  });

  it('for this run only leaves the settings as they are', async () => {
    const { hosts, settings } = create();
    expect((await hosts.add('me@box', { remember: false })).id).toBe(ID);
    expect(settings.get().addedHosts).toEqual([]);
    expect((await hosts.list()).map(({ id }) => id)).toContain(ID);
  });

  it('refuses words that are no destination', async () => {
    const { hosts } = create();
    for (const words of ['-oProxyCommand=x', 'a b', '', 'a'.repeat(300)])
      await expect(hosts.add(words)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('is undone by forgetting it, its secrets too; others stay', async () => {
    const { hosts, settings, keychain } = create();
    await keychain.write(`${ID}\npassword\nme@box:22`, 'x');
    await keychain.write('ssh:me@box2\npassword\nme@box2:22', 'x');
    await hosts.add('me@box');
    await hosts.select(ID);
    await hosts.forget(ID);
    expect(settings.get()).toMatchObject({ addedHosts: [], selectedHostId: null });
    expect(await keychain.keys()).toEqual(['ssh:me@box2\npassword\nme@box2:22']);
    await expect(hosts.forget(ID)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(hosts.forget('socket:default')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is not undone by those who ask for it while it is being forgotten', async () => {
    const told = sshSession();
    let again: Promise<unknown> = Promise.resolve();
    told.session[Symbol.asyncDispose] = async () => {
      again = hosts.ssh(ID).catch((error: unknown) => error);
    };
    const { hosts, opened } = create(told);
    await hosts.add('me@box');
    await hosts.ssh(ID);
    await hosts.forget(ID);
    expect(await again).toMatchObject({ code: 'NOT_FOUND' });
    expect(opened).toEqual([ID]);
  });
});

describe('a connection over SSH', () => {
  it('can be used once the engine answers, and is shown once it said what it is', async () => {
    const { hosts, control } = create();
    let asked = 0;
    control.info = async () => {
      asked += 1;
    };
    await hosts.add('me@box');
    const session = await hosts.greeted(ID);
    expect((await hosts.list()).find(({ id }) => id === ID)?.connection.state).toBe('connecting');
    expect(asked).toBe(0);
    expect(await hosts.session(ID)).toBe(session);
    expect(asked).toBe(1);
    expect((await hosts.list()).find(({ id }) => id === ID)?.connection.state).toBe('connected');
    expect(control.pings).toBe(1);
  });

  it('is refused to those who greet an engine of a version too old', async () => {
    const { hosts, control } = create();
    control.apiVersion = '1.40';
    await hosts.add('me@box');
    await expect(hosts.greeted(ID)).rejects.toThrow('1.41 is the oldest supported');
  });

  it('answers the session for a machine without an engine, and refuses a host without SSH', async () => {
    const { hosts, session } = create();
    await hosts.add('me@box');
    expect(await hosts.ssh(ID)).toBe(session);
    await expect(hosts.ssh('ssh:none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each(['AUTH_REQUIRED', 'HOST_KEY_UNKNOWN', 'HOST_KEY_CHANGED', 'CANCELLED'] as const)(
    'that failed with %s is tried again by nobody but a person',
    async (code) => {
      const { hosts, control } = create();
      control.ping = async () => {
        throw new DomainError(code, failureData[code], code);
      };
      await hosts.add('me@box');
      await expect(hosts.session(ID)).rejects.toMatchObject({ code });
      await expect(hosts.session(ID)).rejects.toMatchObject({ code });
      expect(control.pings).toBe(1);
      const unreachable = await connectionOf(hosts, 'unreachable');
      expect(unreachable).toMatchObject({ failure: { code }, nextAttemptAt: null });
      expect(control.pings).toBe(1);
      control.ping = async () => undefined;
      await hosts.retry(ID);
      expect((await hosts.session(ID)).hostId).toBe(ID);
    },
  );

  it('that failed otherwise is tried again by itself', async () => {
    const { hosts, control } = create();
    control.ping = async () => {
      if (control.pings > 2) return;
      throw new DomainError('HOST_UNREACHABLE', { host: 'box', hop: 'tcp', detail: 'refused' }, 'refused');
    };
    await hosts.add('me@box');
    await connectionOf(hosts, 'connected');
    expect(control.pings).toBe(3);
  });

  it('knocks no more often for many callers than the watch does', async () => {
    const { hosts, control } = create();
    control.ping = async () => {
      throw new DomainError('HOST_UNREACHABLE', { host: 'box', hop: 'tcp', detail: 'refused' }, 'refused');
    };
    await hosts.add('me@box');
    await connectionOf(hosts, 'unreachable');
    const before = control.pings;
    for (let call = 0; call < 20; call += 1)
      await expect(hosts.session(ID)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    expect(control.pings - before).toBeLessThanOrEqual(1);
  });

  it('shows its loss at once, and its report in the list', async () => {
    const { hosts, control } = create();
    await hosts.add('me@box');
    await hosts.select(ID);
    const leaving = new AbortController();
    const links = new Set<LinkReport['state'] | undefined>();
    const watching = (async () => {
      for await (const update of hosts.watch(leaving.signal))
        for (const host of update.type === 'snapshot' ? update.items : update.upsert)
          if (host.id === ID) links.add(host.link?.state);
    })();
    await connectionOf(hosts, 'connected');
    control.ping = () => new Promise(() => undefined);
    control.setLink('lost');
    expect(await connectionOf(hosts, 'unreachable')).toMatchObject({
      failure: { code: 'HOST_UNREACHABLE', message: expect.stringContaining('lost') },
    });
    await expect.poll(() => [...links]).toContain('lost');
    leaving.abort();
    await watching;
  });

  it('takes as long as a person needs who is asked', async () => {
    const { hosts, control, signIn } = create();
    control.ping = () =>
      signIn.prompts.decideHostKey({
        hostId: ID,
        target: targetOf('box'),
        key: { type: 'ssh-ed25519', blob: Buffer.alloc(0), fingerprint: 'SHA256:x' },
        notes: [],
      });
    const leaving = new AbortController();
    const asked = (async () => {
      for await (const update of hosts.questions(leaving.signal))
        for (const { id } of update.type === 'snapshot' ? update.items : update.upsert) return id;
      return '';
    })();
    await hosts.add('me@box');
    const connecting = hosts.session(ID);
    await hosts.answer(await asked, { kind: 'trust' });
    expect((await connecting).hostId).toBe(ID);
    leaving.abort();
  });

  it('is made anew on wake-up where it is open', async () => {
    const { hosts, control } = create();
    await hosts.add('me@box');
    hosts.renew('nothing is open yet');
    await hosts.session(ID);
    hosts.renew('The machine woke up.');
    expect(control.renewed).toEqual(['The machine woke up.']);
  });
});

describe('a probe', () => {
  it('tells the whole list after every change, and ends with the last', async () => {
    const { hosts, control } = create();
    await hosts.add('me@box');
    const seen: string[][] = [];
    for await (const { hops } of hosts.probe(ID, new AbortController().signal))
      seen.push(hops.map(({ hop, state }) => `${hop} ${state}`));
    expect(seen.at(-1)).toEqual(['tcp passed', 'engine failed']);
    expect(seen.every((hops) => hops.length <= 2)).toBe(true);
    expect(control.pings).toBe(0);
  });
});

const failureData = {
  AUTH_REQUIRED: { host: 'box', user: 'me', offered: [], tried: [], detail: '' },
  HOST_KEY_UNKNOWN: { host: 'box', keyType: '', fingerprint: '' },
  HOST_KEY_CHANGED: { host: 'box', fingerprint: '', revoked: false, known: [] },
  CANCELLED: { operation: '' },
};

async function connectionOf(
  hosts: ReturnType<typeof createHostsService>,
  state: Host['connection']['state'],
): Promise<Host['connection']> {
  for await (const connection of hosts.connection(ID, AbortSignal.timeout(4_000)))
    if (connection.state === state) return connection;
  throw new Error(`not ${state} in time`);
}
