/** Every pre-flight check against the real engine: once passing, once not. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalSession } from '../../main/adapters/local';
import type { EngineInfo } from '../../main/services/hosts/engine';
import type { HostSession } from '../../main/services/hosts/host-session';
import { loadCompose } from '../../main/services/stacks/compose-file';
import { preflight } from '../../main/services/stacks/preflight';
import type { Check, PreflightReport } from '../../preload/contract';
import { openTestSession, removeProject, startOwnEngine, uniqueProject } from '../support/engine';
import { tinyImage } from '../support/images';

const session = openTestSession();
const { engine } = session;
let image = '';
let folder = '';
let project = '';
let other = '';

beforeAll(async () => {
  image = await tinyImage(session);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bizosaas-preflight-'));
  project = uniqueProject('preflight');
  other = uniqueProject('preflight-other');
});
afterEach(async () => {
  await removeProject(session, project);
  await removeProject(session, other);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => session[Symbol.asyncDispose]());

async function report(yaml: string, on: HostSession = session): Promise<PreflightReport> {
  const file = join(folder, 'compose.yaml');
  await writeFile(file, `name: ${project}\n${yaml}`);
  const loaded = await loadCompose({ files: [file], environment: {} });
  return preflight(on, loaded, { now: Date.now, environment: {} });
}

async function check(yaml: string, id: string, on?: HostSession): Promise<Check> {
  const { checks } = await report(yaml, on);
  const found = checks.find((candidate) => candidate.id === id);
  if (found === undefined)
    throw new Error(`no check ${id} among ${checks.map((entry) => entry.id).join(', ')}`);
  return found;
}

function web(rest = ''): string {
  return `services:\n  web:\n    image: ${image}\n${rest}`;
}

/** A container of this test, in a project or in none. */
async function container(name: string, owner: string, rest: Record<string, unknown> = {}): Promise<string> {
  const labels = { 'com.docker.compose.project': owner, 'com.docker.compose.service': 'web' };
  const body = { Image: image, Cmd: ['sleep', '600'], Labels: labels, ...rest };
  return (await engine.createContainer({ name, body })).id;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return address.port;
}

/** A registry on loopback, which the engine asks over plain HTTP. */
async function withRegistry(answer: RequestListener, use: (host: string) => Promise<void>): Promise<void> {
  const server = createHttpServer(answer);
  try {
    await use(`localhost:${await listen(server)}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** As much of the distribution API as a look at one manifest needs. */
function registryOf(name: string): RequestListener {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  const configType = 'application/vnd.docker.container.image.v1+json';
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    config: { mediaType: configType, size: config.length, digest: sha256(config) },
    layers: [],
  });
  return ({ url = '' }, response) => {
    const body = url === '/v2/' ? '{}' : url.includes('/manifests/') ? manifest : config;
    response.statusCode = url === '/v2/' || url.startsWith(`/v2/${name}/`) ? 200 : 404;
    response.setHeader('Docker-Content-Digest', sha256(body));
    response.setHeader('Content-Type', body === manifest ? type : 'application/json');
    response.setHeader('Content-Length', body.length);
    response.end(body);
  };
}

function withInfo(change: Partial<EngineInfo>): HostSession {
  const info = async () => ({ ...(await engine.info()), ...change });
  return { ...session, engine: { ...engine, info } };
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
  const label = [`com.docker.compose.project=${project}`];
  return Promise.all([
    engine.listContainers(label),
    engine.listNetworks(label),
    engine.listVolumes(label, { diskUsage: false }),
  ]);
}

describe('engine', () => {
  it('passes this one and names its versions', async () => {
    const { apiVersion } = await engine.info();
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
      endpoint: `unix://${folder}/none.sock`,
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
    expect([found.result, found.evidence]).toEqual(['warn', expect.stringMatching(/4\.0 TiB.*GiB.*web/)]);
    expect((await check(web('    mem_limit: 4096g\n'), 'memory-now')).result).toBe('warn');
  });

  it('fails the service whose CPU limit this engine refuses', async () => {
    const yaml = `${web('    cpus: 4096\n')}  small:\n    image: ${image}\n    cpus: 0.1\n`;
    const found = await check(yaml, 'cpu:web');
    expect([found.result, found.services]).toEqual(['fail', ['web']]);
    const body = { Image: image, HostConfig: { NanoCpus: 4096e9 } };
    await expect(engine.createContainer({ name: project, body })).rejects.toMatchObject({
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
    await engine.startContainer(await container(`${other}-holder`, other, bound(port)));
    const found = await check(published(port), `port:127.0.0.1:${port}`);
    expect([found.result, found.evidence]).toEqual([
      'fail',
      `Held by container ${other}-holder of project ${other}.`,
    ]);
    await removeProject(session, other);
    await engine.startContainer(await container(`${project}-web-1`, project, bound(port)));
    expect((await check(published(port), `port:127.0.0.1:${port}`)).result).toBe('pass');
  });

  it('finds the same port twice in the file', async () => {
    const port = await freePort();
    const yaml = `${published(port)}  too:\n    image: ${image}\n    ports: ["${port}:1"]\n`;
    const found = await check(yaml, `port:127.0.0.1:${port}`);
    expect([found.result, found.services]).toEqual(['fail', expect.arrayContaining(['web', 'too'])]);
  });
});

describe('names', () => {
  it('fails a container name that another project holds', async () => {
    await container(`${project}-web-1`, other);
    const found = await check(web(), `name:${project}-web-1`);
    expect([found.result, found.evidence]).toEqual([
      'fail',
      expect.stringContaining(`belongs to project ${other}`),
    ]);
  });

  it('fails an explicit name that belongs to nobody', async () => {
    await container(`${project}-taken`, other, { Labels: { 'preflight.test': other } });
    const found = await check(web(`    container_name: ${project}-taken\n`), `name:${project}-taken`);
    await engine.removeContainer(`${project}-taken`, { force: true, volumes: true });
    expect([found.result, found.evidence]).toEqual([
      'fail',
      expect.stringContaining('belongs to no project'),
    ]);
  });

  it('fails a network of another project, and a subnet that overlaps one', async () => {
    const Labels = { 'com.docker.compose.project': other };
    const IPAM = { Config: [{ Subnet: '10.197.31.0/24' }] };
    await engine.createNetwork({ Name: `${project}_default`, Labels, IPAM });
    expect((await check(web(), `network:${project}_default`)).evidence).toContain(
      `belongs to project ${other}`,
    );
    const yaml = `${web('    networks: [back]\n')}networks:\n  back: { ipam: { config: [{ subnet: 10.197.0.0/16 }] } }\n`;
    const overlap = await check(yaml, `network:${project}_back`);
    expect([overlap.result, overlap.services]).toEqual(['fail', ['web']]);
    expect(overlap.evidence).toContain('10.197.31.0/24');
  });

  it('asks for external networks', async () => {
    const yaml = (name: string): string =>
      `${web('    networks: [out]\n')}networks:\n  out: { external: true, name: ${name} }\n`;
    expect((await check(yaml(`${project}-none`), `network:${project}-none`)).result).toBe('fail');
    expect((await check(yaml('bridge'), 'network:bridge')).result).toBe('pass');
  });
});

describe('images', () => {
  it('tells size and age of one that is present', async () => {
    expect((await check(web(), `image:${image}`)).evidence).toMatch(/^Present, \d.* [KM]iB, .* old\.$/);
  });

  it('passes what a registry offers and fails what it does not, for the services that need it', async () => {
    const offer = registryOf('there');
    await withRegistry(offer, async (host) => {
      const yaml = `services:\n  a: { image: "${host}/there:1" }\n  b: { image: "${host}/gone:1" }\n`;
      const { checks } = await report(yaml);
      const found = checks.filter((entry) => entry.group === 'images');
      expect(found.map((entry) => [entry.id, entry.result, entry.services])).toEqual([
        [`image:${host}/there:1`, 'pass', ['a']],
        [`image:${host}/gone:1`, 'fail', ['b']],
      ]);
    });
  });

  it('warns of a registry that stays silent, without holding up the rest', async () => {
    await withRegistry(
      () => undefined,
      async (host) => {
        const { checks, tookMs } = await report(`services:\n  a: { image: "${host}/slow:1" }\n`);
        expect(checks.find((entry) => entry.group === 'images')?.result).toBe('warn');
        expect(tookMs).toBeLessThan(10_000);
      },
    );
  });

  it('judges whether an image can be built', async () => {
    const built = `services:\n  web: { build: . }\n`;
    const id = `image:${project}-web`;
    expect((await check(built, id)).evidence).toContain('Dockerfile cannot be read');
    await writeFile(join(folder, 'Dockerfile'), `FROM ${image}\n`);
    expect((await check(built, id)).evidence).toContain(`${image}: present`);
    await writeFile(join(folder, 'Dockerfile'), 'FROM localhost:1/none:1\n');
    expect([(await check(built, id)).result]).toEqual(['fail']);
    const bases = 'x-bizosaas: { bases: { "localhost:1/none:1": { script: ./make.sh } } }\n';
    expect((await check(bases + built, id)).result).toBe('pass');
  });
});

describe('variables and secrets', () => {
  it('warns of a variable without value or default', async () => {
    const found = await check(web('    environment: { A: $PREFLIGHT_UNSET }\n'), 'variable:PREFLIGHT_UNSET');
    expect([found.result, found.evidence]).toEqual(['warn', expect.stringContaining('compose.yaml:5')]);
  });

  it('tells secrets that are missing, given and to be generated', async () => {
    await writeFile(join(folder, 'given'), 'x');
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
    await engine.createVolume({ Name: `${project}_data`, Labels: { 'com.docker.compose.project': project } });
    const found = await check(yaml(), `volume:${project}_data`);
    expect([found.result, found.services]).toEqual(['warn', ['web']]);
    expect(found.evidence).toMatch(/^Left by an earlier run of this project: .*B, .* old\.$/);
    await container(`${project}-web-1`, project);
    expect((await check(yaml(), 'volumes')).result).toBe('pass');
  });

  it('warns of a volume that is not the project’s, and fails a missing external one', async () => {
    await engine.createVolume({ Name: `${project}_data`, Labels: { 'com.docker.compose.project': other } });
    expect((await check(yaml(), `volume:${project}_data`)).evidence).toContain(`belongs to project ${other}`);
    const external = `${web('    volumes: ["out:/data"]\n')}volumes:\n  out: { external: true, name: ${project}-none }\n`;
    expect((await check(external, `volume:${project}-none`)).result).toBe('fail');
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
