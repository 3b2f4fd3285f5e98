import { describe, expect, it } from 'vitest';
import { quietLog } from './sign-in.fixture';
import { sshSession } from './ssh-session.fixture';
import { createSupervisor } from './supervisor';

async function connected() {
  const { session, control } = sshSession();
  const endpoint = {
    ...{ id: session.hostId, title: 'box', source: 'added' as const, endpoint: session.endpoint },
    ...{ tls: null, unsupported: null },
  };
  const deps = { openSession: async () => session, now: Date.now, log: quietLog };
  const supervisor = createSupervisor(endpoint, deps);
  await supervisor.session();
  return { supervisor, control };
}

describe('a connection over SSH, when this machine loses addresses', () => {
  it('is made anew where it goes through one of them, or nobody knows', async () => {
    const { supervisor, control } = await connected();
    supervisor.moved(new Set(['192.168.1.5']));
    control.localAddress = '192.168.1.5';
    supervisor.moved(new Set(['10.0.0.9', '192.168.1.5']));
    expect(control.renewed).toEqual(Array(2).fill('The network of this machine changed.'));
    await supervisor.dispose();
  });

  it('stays where it goes through another one', async () => {
    const { supervisor, control } = await connected();
    control.localAddress = '192.168.1.5';
    supervisor.moved(new Set(['10.218.153.1', 'fd00::5']));
    expect(control.renewed).toEqual([]);
    await supervisor.dispose();
  });
});
