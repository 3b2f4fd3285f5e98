/** Every pre-flight check against the real engine: once passing, once not. Images, and objects with a name, have files of their own. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createLocalSession } from '../../main/adapters/local';
import type { EngineInfo } from '../../main/services/hosts/engine';
import type { HostSession } from '../../main/services/hosts/host-session';
import { removeProject, startOwnEngine } from '../support/engine';
import { eachPreflight, holder } from './preflight-fixture';

const on = eachPreflight();
const { report, check, web } = on;

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return address.port;
}

function withInfo(change: Partial<EngineInfo>): HostSession {
  const info = async () => ({ ...(await on.fixture.session.engine.info()), ...change });
  return { ...on.fixture.session, engine: { ...on.fixture.session.engine, info } };
}

describe('the whole report', () => {
  it('passes a stack that fits, within 10 s, and changes nothing', async () => {
    const before = await snapshot();
    const { result, tookMs, checks } = await report(web('    mem_limit: 16m\n    cpus: 0.1\n'));
    const bad = checks.filter((entry) => entry.result !== 'pass' && entry.id !== 'disk');
    expect(bad).toEqual([]);
    expect(checks.map((entry) => entry.id)).toEqual([
      'engine',
      'disk',
      'memory',
      'cpu',
      'memory-now',
      'names',
      `network:${on.fixture.project}_default`,
      `image:${on.fixture.image}`,
      'variables',
      'volumes',
    ]);
    expect(result).not.toBe('fail');
    expect(tookMs).toBeLessThan(10_000);
    expect(await snapshot()).toEqual(before);
  });
});

async function snapshot(): Promise<unknown> {
  const label = [`com.docker.compose.project=${on.fixture.project}`];
  return Promise.all([
    on.fixture.session.engine.listContainers(label),
    on.fixture.session.engine.listNetworks(label),
    on.fixture.session.engine.listVolumes(label, { diskUsage: false }),
  ]);
}

describe('engine', () => {
  it('passes this one and names its versions', async () => {
    const { apiVersion } = await on.fixture.session.engine.info();
    const found = await check(web(), 'engine');
    expect([found.result, found.evidence]).toEqual(['pass', expect.stringContaining(`API ${apiVersion}`)]);
  });

  it('fails one that is too old, and looks no further', async () => {
    const { result, checks } = await report(web(), withInfo({ apiVersion: '1.40' }));
    expect([result, checks.map((entry) => entry.id)]).toEqual(['fail', ['engine']]);
  });

  it('fails one that does not answer', async () => {
    const gone = createLocalSession({
      hostId: 'gone',
      endpoint: `unix://${on.fixture.folder}/none.sock`,
      environment: {},
    });
    const { checks } = await report(web(), gone);
    expect(checks.map((entry) => [entry.id, entry.result])).toEqual([['engine', 'fail']]);
    expect(checks[0]?.evidence).toContain('none.sock');
  });
});

describe('memory and CPUs', () => {
  it('warns with both numbers when limits are larger than the engine', async () => {
    const found = await check(web('    mem_limit: 4096g\n'), 'memory');
    expect([found.result, found.evidence]).toEqual(['warn', expect.stringMatching(/4 TiB.*GiB.*web/)]);
    expect((await check(web('    mem_limit: 4096g\n'), 'memory-now')).result).toBe('warn');
  });

  it('warns when the CPU limits together are more than the engine has', async () => {
    const { cpus } = await on.fixture.session.engine.info();
    const yaml = `${web(`    cpus: ${cpus}\n`)}  small:\n    image: ${on.fixture.image}\n    cpus: 0.5\n`;
    const found = await check(yaml, 'cpu');
    expect([found.result, found.evidence]).toEqual([
      'warn',
      expect.stringContaining(`sum to ${cpus}.5 CPUs`),
    ]);
  });

  it('fails the service whose CPU limit this engine refuses', async () => {
    const yaml = `${web('    cpus: 4096\n')}  small:\n    image: ${on.fixture.image}\n    cpus: 0.1\n`;
    const found = await check(yaml, 'cpu:web');
    expect([found.result, found.services]).toEqual(['fail', ['web']]);
    const body = { Image: on.fixture.image, HostConfig: { NanoCpus: 4096e9 } };
    await expect(
      on.fixture.session.engine.createContainer({ name: on.fixture.project, body }),
    ).rejects.toMatchObject({
      code: 'ENGINE_REJECTED',
    });
  });
});

describe('ports', () => {
  async function freePort(): Promise<number> {
    const server = createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    return port;
  }
  const published = (port: number): string => web(`    ports: ["127.0.0.1:${port}:80"]\n`);
  const bound = (port: number): Record<string, unknown> => ({
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
  });

  it('passes a free one', async () => {
    const port = await freePort();
    expect((await check(published(port), `port:127.0.0.1:${port}`)).evidence).toBe('Free.');
  });

  it('names the program that holds one', async () => {
    const server = createServer();
    const port = await listen(server);
    const found = await check(published(port), `port:127.0.0.1:${port}`);
    server.close();
    expect([found.result, found.services]).toEqual(['fail', ['web']]);
    expect(found.evidence).toContain(`pid ${process.pid}`);
  });

  it('names the container of another project, and passes one of its own', async () => {
    const port = await freePort();
    await on.fixture.session.engine.startContainer(
      await holder(on.fixture, `${on.fixture.other}-holder`, on.fixture.other, bound(port)),
    );
    const found = await check(published(port), `port:127.0.0.1:${port}`);
    expect([found.result, found.evidence]).toEqual([
      'fail',
      `Held by container ${on.fixture.other}-holder of project ${on.fixture.other}.`,
    ]);
    await removeProject(on.fixture.session, on.fixture.other);
    await on.fixture.session.engine.startContainer(
      await holder(on.fixture, `${on.fixture.project}-web-1`, on.fixture.project, bound(port)),
    );
    expect((await check(published(port), `port:127.0.0.1:${port}`)).result).toBe('pass');
  });

  it('names a container that belongs to no project, and steps aside inside a range', async () => {
    const port = await freePort();
    const Labels = { 'preflight.test': on.fixture.other };
    const name = `${on.fixture.project}-stranger`;
    await on.fixture.session.engine.startContainer(
      await holder(on.fixture, name, on.fixture.other, { Labels, ...bound(port) }),
    );
    try {
      expect(await check(published(port), `port:127.0.0.1:${port}`)).toMatchObject({
        result: 'fail',
        evidence: `Held by container ${name}, which belongs to no project.`,
      });
      const range = `${port}-${port + 3}`;
      const found = await check(web(`    ports: ["127.0.0.1:${range}:80"]\n`), `port:127.0.0.1:${range}`);
      expect([found.result, found.evidence]).toEqual([
        'pass',
        expect.stringMatching(/^Port \d+ of it is free\.$/),
      ]);
      expect(found.evidence).not.toContain(String(port));
    } finally {
      await on.fixture.session.engine.removeContainer(name, { force: true, volumes: true });
    }
  });

  it('says of a UDP port what was not looked up', async () => {
    const port = await freePort();
    const found = await check(web(`    ports: ["${port}:53/udp"]\n`), `port:${port}/udp`);
    expect([found.result, found.evidence]).toEqual([
      'pass',
      expect.stringContaining('not looked up for UDP'),
    ]);
  });

  it('finds the same port twice in the file', async () => {
    const port = await freePort();
    const yaml = `${published(port)}  too:\n    image: ${on.fixture.image}\n    ports: ["${port}:1"]\n`;
    const found = await check(yaml, `port:127.0.0.1:${port}`);
    expect([found.result, found.services]).toEqual(['fail', expect.arrayContaining(['web', 'too'])]);
  });
});

describe('disk', () => {
  it.each([
    ['fail', 512 * 1024 ** 2],
    ['warn', 3 * 1024 ** 3],
  ])('is a %s on an engine with %s bytes', async (result, tmpfsBytes) => {
    const own = await startOwnEngine({ tmpfsBytes });
    const small = createLocalSession({ hostId: 'own', endpoint: own.endpoint, environment: {} });
    try {
      const found = await check(web(), 'disk', small);
      expect([found.result, found.evidence]).toEqual([result, expect.stringContaining(own.dataRoot)]);
    } finally {
      await small[Symbol.asyncDispose]();
      await own.stop();
    }
  });
});
