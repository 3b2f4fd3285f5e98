/** Ports of this machine that lead through a link to an engine: bound across its loss, never hanging for ever. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createForwardsService } from '../../main/services/forwards';
import type { ForwardsService } from '../../main/services/forwards/face';
import type { Forward } from '../../preload/contract';
import { openTestSession, removeProject, uniqueProject } from '../support/engine';
import { freePort } from '../support/free-port';
import { tinyImage } from '../support/images';
import { matching } from '../support/matchers';
import { until } from '../support/until';
import { project, service } from './apply-fixture';
import { type FarEngine, farEngine } from './endure-fixture';

const SERVED = 8080;
const WAIT_MS = 1_500;
const AT_ONCE_MS = 5_000;
const name = uniqueProject('endure');
const on = { hostId: 'ssh:test', stackId: 'stack' };
const local = openTestSession();
let far: FarEngine;
let published = 0;

beforeAll(async () => {
  far = await farEngine();
  published = await freePort();
  const image = await tinyImage(local);
  const labels = { project: name, service: 'web', 'container-number': '1' };
  const { id } = await local.engine.createContainer({
    name: `${name}-web-1`,
    body: {
      Image: image,
      Cmd: ['httpd', '-f', '-p', String(SERVED), '-h', '/www'],
      Labels: Object.fromEntries(
        Object.entries(labels).map(([key, value]) => [`com.docker.compose.${key}`, value]),
      ),
      ExposedPorts: { [`${SERVED}/tcp`]: {} },
      HostConfig: {
        PortBindings: { [`${SERVED}/tcp`]: [{ HostIp: '127.0.0.2', HostPort: String(published) }] },
      },
    },
  });
  await local.engine.startContainer(id);
});
afterAll(async () => {
  await far[Symbol.asyncDispose]();
  await removeProject(local, name);
  local.engine.close();
});

function forwardsOver({ session }: FarEngine, waitForLinkMs?: number): ForwardsService {
  const stack = project(name, [service('web', 'tiny')]);
  return createForwardsService({
    hosts: { session: async () => session },
    stacks: { known: async () => ({ project: stack, unreadable: null }), projectName: async () => name },
    newId: randomUUID,
    now: Date.now,
    ...(waitForLinkMs && { waitForLinkMs }),
  });
}

const page = async ({ url }: Forward) => (await fetch(`${url}/index.html`)).text();

describe('a forward', () => {
  it('has the port of the service when it is free, and leads to its container', async () => {
    const forwards = forwardsOver(far);
    const opened = await forwards.open(on, 'web');
    expect(opened).toMatchObject({ localPort: published, target: { service: 'web', port: SERVED } });
    expect(await page(opened)).toBe('tiny\n');
    expect(await forwards.open(on, 'web')).toMatchObject({ id: opened.id });
    await forwards.close(opened.id);
    await expect(page(opened)).rejects.toThrow();
    await expect(forwards.close(opened.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('takes another port when that one is taken', async () => {
    const other = createServer().listen(published, '127.0.0.1');
    await until('the port is taken', () => other.listening);
    const forwards = forwardsOver(far);
    const opened = await forwards.open(on, 'web');
    expect(opened.localPort).not.toBe(published);
    expect(await page(opened)).toBe('tiny\n');
    await forwards.dispose();
    other.close();
  });

  it('leads to a loopback port of the host', async () => {
    const forwards = forwardsOver(far);
    const { localPort } = await forwards.openPort('ssh:test', far.sshd.port);
    const socket = connect(localPort, '127.0.0.1');
    socket.end('SSH-2.0-test\r\nnonsense\r\n');
    expect(await text(socket)).toMatch(/^SSH-2.0-OpenSSH/);
    await forwards.dispose();
  });

  it('stays bound while the link is lost: who connects meanwhile is served when it is back', async () => {
    const forwards = forwardsOver(far);
    const opened = await forwards.open(on, 'web');
    await page(opened);
    far.sever();
    await until('the link is lost', () => far.session.link.report().state !== 'open');
    const waiting = page(opened);
    await until('the connection waits', async () => (await shown(forwards)).connections > 0);
    await far.relay.heal();
    expect(await waiting).toBe('tiny\n');
    await forwards.dispose();
  });

  it('lets nobody wait for ever', async () => {
    const forwards = forwardsOver(far, WAIT_MS);
    const opened = await forwards.open(on, 'web');
    far.relay.blackhole();
    const begun = Date.now();
    await expect(page(opened)).rejects.toThrow();
    expect(Date.now() - begun).toBeLessThan(AT_ONCE_MS);
    await until('it is let go', async () => (await shown(forwards)).connections === 0);
    expect(await shown(forwards)).toMatchObject({ failure: matching(/^Nothing answered within/) });
    await far.relay.heal();
    expect(await page(opened)).toBe('tiny\n');
    expect((await shown(forwards)).failure).toBeNull();
    await forwards.dispose();
  });
});

async function shown(forwards: ForwardsService): Promise<Forward> {
  for await (const update of forwards.watch(new AbortController().signal))
    if (update.type === 'snapshot' && update.items[0]) return update.items[0];
  throw new Error('no forward is open');
}
