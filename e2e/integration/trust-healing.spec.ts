/** Hosts over SSH as the hosts room keeps them, on real servers: loss seen, healed, nobody locked out, nobody delayed. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsole } from '../../main/console';
import { createPlatform } from '../../main/platform';
import type { HostsService } from '../../main/services/hosts/face';
import type { Host } from '../../preload/contract';
import { knownHostsLine, type Sshd, startSshd } from '../support/sshd';

const NOTICE_LIMIT_MS = 15_000;
const HEAL_LIMIT_MS = 5_000;
const PATIENCE_MS = 20_000;

let home = '';
const cleanups: (() => PromiseLike<unknown>)[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sshtrust-heal-'));
  cleanups.push(() => rm(home, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function createHosts(
  servers: { name: string; server: Sshd; identity: string }[],
): Promise<HostsService> {
  const known = join(home, 'known_hosts');
  const sections = servers.map(({ name, server, identity }) =>
    [
      `Host ${name}`,
      `  HostName ${server.host}`,
      `  Port ${server.port}`,
      `  User ${server.user}`,
      `  IdentityFile ${identity}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${known}`,
    ].join('\n'),
  );
  const lines = servers.map(({ server }) => knownHostsLine(server, server.hostKeys[0]?.publicLine ?? ''));
  await writeFile(known, lines.join(''));
  await mkdir(join(home, '.ssh'));
  await writeFile(join(home, '.ssh/config'), `${sections.join('\n')}\n`);
  const environment = { PATH: process.env.PATH, BIZOSAAS_HOME: join(home, 'console') };
  const facts = { stacksDirectory: 'stacks', version: '0', environment };
  const console = createConsole({ ...createPlatform(facts), homeDirectory: home });
  cleanups.push(() => console.dispose());
  const { hosts } = console.services;
  for (const { name } of servers) await hosts.add(name);
  return hosts;
}

async function server(): Promise<{ server: Sshd; identity: string }> {
  const server = await startSshd();
  cleanups.push(() => server[Symbol.asyncDispose]());
  return { server, identity: (await server.addKey()).path };
}

async function reached(
  hosts: HostsService,
  hostId: string,
  state: Host['connection']['state'],
  limitMs: number,
): Promise<Host['connection']> {
  for await (const connection of hosts.connection(hostId, AbortSignal.timeout(limitMs)))
    if (connection.state === state) return connection;
  throw new Error(`${hostId} not ${state} within ${limitMs} ms`);
}

describe('a host over SSH', () => {
  it('shows a silent loss within 15 s and is back within 5 s of the link', async () => {
    const one = await server();
    const hosts = await createHosts([{ name: 'box', ...one }]);
    await reached(hosts, 'ssh:box', 'connected', PATIENCE_MS);
    await one.server.freeze();
    const lost = await reached(hosts, 'ssh:box', 'unreachable', NOTICE_LIMIT_MS);
    expect(lost).toMatchObject({ state: 'unreachable', lastSeenAt: expect.any(Number) });
    await one.server.thaw();
    await reached(hosts, 'ssh:box', 'connected', HEAL_LIMIT_MS);
  });

  it('shows a killed session at once and heals by itself', async () => {
    const one = await server();
    const hosts = await createHosts([{ name: 'box', ...one }]);
    await reached(hosts, 'ssh:box', 'connected', PATIENCE_MS);
    const seen = reached(hosts, 'ssh:box', 'unreachable', 1_000);
    await one.server.killSessions();
    await seen;
    await reached(hosts, 'ssh:box', 'connected', HEAL_LIMIT_MS);
  });

  it('is not tried again by itself when its key is refused', async () => {
    const one = await server();
    const stranger = await one.server.addKey({ authorize: false });
    const hosts = await createHosts([{ name: 'box', server: one.server, identity: stranger.path }]);
    const refused = await reached(hosts, 'ssh:box', 'unreachable', PATIENCE_MS);
    expect(refused).toMatchObject({ failure: { code: 'AUTH_REQUIRED' }, nextAttemptAt: null });
    const { connections } = one.server.counts;
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(hosts.session('ssh:box')).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    expect(one.server.counts.connections).toBe(connections);
    await hosts.retry('ssh:box');
    await expect.poll(() => one.server.counts.connections).toBe(connections + 1);
  });

  it('that does not answer delays no other, and none is connected before it is needed', async () => {
    const [dead, alive, unused] = await Promise.all([server(), server(), server()]);
    const hosts = await createHosts([
      { name: 'dead', ...dead },
      { name: 'alive', ...alive },
      { name: 'unused', ...unused },
    ]);
    await dead.server.freeze();
    const hanging = hosts.session('ssh:dead').catch((error: unknown) => error);
    const begun = Date.now();
    await hosts.session('ssh:alive');
    expect(Date.now() - begun).toBeLessThan(HEAL_LIMIT_MS);
    expect(await hanging).toMatchObject({ code: 'HOST_UNREACHABLE' });
    expect(unused.server.counts.connections).toBe(0);
    await dead.server.thaw();
  });
});
