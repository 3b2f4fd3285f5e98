/** Every pre-flight check against the real engine: once passing, once not. Images have a file of their own. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalSession } from '../../main/adapters/local';
import type { EngineInfo } from '../../main/services/hosts/engine';
import type { HostSession } from '../../main/services/hosts/host-session';
import { removeProject, startOwnEngine } from '../support/engine';
import { type PreflightFixture, preflightFixture } from './preflight-fixture';

let fixture: PreflightFixture;
beforeEach(async () => {
  fixture = await preflightFixture();
});
afterEach(() => fixture.dispose());

const report: PreflightFixture['report'] = (...given) => fixture.report(...given);
const check: PreflightFixture['check'] = (...given) => fixture.check(...given);
const web: PreflightFixture['web'] = (...given) => fixture.web(...given);

/** A container of this test, in a project or in none. */
async function container(name: string, owner: string, rest: Record<string, unknown> = {}): Promise<string> {
  const labels = { 'com.docker.compose.project': owner, 'com.docker.compose.service': 'web' };
  const body = { Image: fixture.image, Cmd: ['sleep', '600'], Labels: labels, ...rest };
  return (await fixture.session.engine.createContainer({ name, body })).id;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return address.port;
}

function withInfo(change: Partial<EngineInfo>): HostSession {
  const info = async () => ({ ...(await fixture.session.engine.info()), ...change });
  return { ...fixture.session, engine: { ...fixture.session.engine, info } };
}

describe('the whole report', () => {
  it('passes a stack that fits, within 10 s, and changes nothing', async () => {
    const before = await snapshot();
    const { result, tookMs, checks } = await report(web('    mem_limit: 16m\n    cpus: 0.1\n'));
    const bad = checks.filter((entry) => entry.result !== 'pass' && entry.id !== 'disk');
    expect(bad).toEqual([]);
    expect(result).not.toBe('fail');
    expect(tookMs).toBeLessThan(10_000);
    expect(await snapshot()).toEqual(before);
  });
});

async function snapshot(): Promise<unknown> {
  const label = [`com.docker.compose.project=${fixture.project}`];
  return Promise.all([
    fixture.session.engine.listContainers(label),
    fixture.session.engine.listNetworks(label),
    fixture.session.engine.listVolumes(label, { diskUsage: false }),
  ]);
}

describe('engine', () => {
  it('passes this one and names its versions', async () => {
    const { apiVersion } = await fixture.session.engine.info();
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
      endpoint: `unix://${fixture.folder}/none.sock`,
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

  it('fails the service whose CPU limit this engine refuses', async () => {
    const yaml = `${web('    cpus: 4096\n')}  small:\n    image: ${fixture.image}\n    cpus: 0.1\n`;
    const found = await check(yaml, 'cpu:web');
    expect([found.result, found.services]).toEqual(['fail', ['web']]);
    const body = { Image: fixture.image, HostConfig: { NanoCpus: 4096e9 } };
    await expect(
      fixture.session.engine.createContainer({ name: fixture.project, body }),
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
    await fixture.session.engine.startContainer(
      await container(`${fixture.other}-holder`, fixture.other, bound(port)),
    );
    const found = await check(published(port), `port:127.0.0.1:${port}`);
    expect([found.result, found.evidence]).toEqual([
      'fail',
      `Held by container ${fixture.other}-holder of project ${fixture.other}.`,
    ]);
    await removeProject(fixture.session, fixture.other);
    await fixture.session.engine.startContainer(
      await container(`${fixture.project}-web-1`, fixture.project, bound(port)),
    );
    expect((await check(published(port), `port:127.0.0.1:${port}`)).result).toBe('pass');
  });

  it('finds the same port twice in the file', async () => {
    const port = await freePort();
    const yaml = `${published(port)}  too:\n    image: ${fixture.image}\n    ports: ["${port}:1"]\n`;
    const found = await check(yaml, `port:127.0.0.1:${port}`);
    expect([found.result, found.services]).toEqual(['fail', expect.arrayContaining(['web', 'too'])]);
  });
});

describe('names', () => {
  it('fails a container name that another project holds', async () => {
    await container(`${fixture.project}-web-1`, fixture.other);
    const found = await check(web(), `name:${fixture.project}-web-1`);
    expect([found.result, found.evidence]).toEqual([
      'fail',
      expect.stringContaining(`belongs to project ${fixture.other}`),
    ]);
  });

  it('fails an explicit name that belongs to nobody', async () => {
    await container(`${fixture.project}-taken`, fixture.other, {
      Labels: { 'preflight.test': fixture.other },
    });
    const found = await check(
      web(`    container_name: ${fixture.project}-taken\n`),
      `name:${fixture.project}-taken`,
    );
    await fixture.session.engine.removeContainer(`${fixture.project}-taken`, { force: true, volumes: true });
    expect([found.result, found.evidence]).toEqual([
      'fail',
      expect.stringContaining('belongs to no project'),
    ]);
  });

  it('fails a network of another project, and a subnet that overlaps one', async () => {
    const Labels = { 'com.docker.compose.project': fixture.other };
    const IPAM = { Config: [{ Subnet: '10.197.31.0/24' }] };
    await fixture.session.engine.createNetwork({ Name: `${fixture.project}_default`, Labels, IPAM });
    expect((await check(web(), `network:${fixture.project}_default`)).evidence).toContain(
      `belongs to project ${fixture.other}`,
    );
    const yaml = `${web('    networks: [back]\n')}networks:\n  back: { ipam: { config: [{ subnet: 10.197.0.0/16 }] } }\n`;
    const overlap = await check(yaml, `network:${fixture.project}_back`);
    expect([overlap.result, overlap.services]).toEqual(['fail', ['web']]);
    expect(overlap.evidence).toContain('10.197.31.0/24');
  });

  it('asks for external networks', async () => {
    const yaml = (name: string): string =>
      `${web('    networks: [out]\n')}networks:\n  out: { external: true, name: ${name} }\n`;
    expect((await check(yaml(`${fixture.project}-none`), `network:${fixture.project}-none`)).result).toBe(
      'fail',
    );
    expect((await check(yaml('bridge'), 'network:bridge')).result).toBe('pass');
  });
});

describe('variables and secrets', () => {
  it('warns of a variable without value or default', async () => {
    const found = await check(web('    environment: { A: $PREFLIGHT_UNSET }\n'), 'variable:PREFLIGHT_UNSET');
    expect([found.result, found.evidence]).toEqual(['warn', expect.stringContaining('compose.yaml:5')]);
  });

  it('tells secrets that are missing, given and to be generated', async () => {
    await writeFile(join(fixture.folder, 'given'), 'x');
    const yaml = `${web('    secrets: [given, made, gone]\n')}secrets:
  given: { file: ./given }
  made: { file: ./.secrets/made, x-bizosaas: { generate: { bytes: 32 } } }
  gone: { file: ./gone }
`;
    const { checks } = await report(yaml);
    const found = checks.filter((entry) => entry.id.startsWith('secret:'));
    expect(found.map((entry) => [entry.id, entry.result])).toEqual([
      ['secret:given', 'pass'],
      ['secret:made', 'pass'],
      ['secret:gone', 'fail'],
    ]);
  });
});

describe('volumes', () => {
  const yaml = (): string => `${web('    volumes: ["data:/data"]\n')}volumes:\n  data: {}\n`;

  it('warns of data that an earlier run left, with size and age', async () => {
    await fixture.session.engine.createVolume({
      Name: `${fixture.project}_data`,
      Labels: { 'com.docker.compose.project': fixture.project },
    });
    const found = await check(yaml(), `volume:${fixture.project}_data`);
    expect([found.result, found.services]).toEqual(['warn', ['web']]);
    expect(found.evidence).toMatch(/^Left by an earlier run of this project: .*B, .* old\.$/);
    await container(`${fixture.project}-web-1`, fixture.project);
    expect((await check(yaml(), 'volumes')).result).toBe('pass');
  });

  it('warns of a volume that is not the project’s, and fails a missing external one', async () => {
    await fixture.session.engine.createVolume({
      Name: `${fixture.project}_data`,
      Labels: { 'com.docker.compose.project': fixture.other },
    });
    expect((await check(yaml(), `volume:${fixture.project}_data`)).evidence).toContain(
      `belongs to project ${fixture.other}`,
    );
    const external = `${web('    volumes: ["out:/data"]\n')}volumes:\n  out: { external: true, name: ${fixture.project}-none }\n`;
    expect((await check(external, `volume:${fixture.project}-none`)).result).toBe('fail');
  });
});

describe('disk', () => {
  it.each([
    ['fail', 512 * 1024 ** 2],
    ['warn', 3 * 1024 ** 3],
  ])('%ss on an engine with %s bytes', async (result, tmpfsBytes) => {
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
