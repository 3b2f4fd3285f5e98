/** Pre-flight of images against the real engine and a registry of our own on loopback. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PreflightFixture, preflightFixture } from './preflight-fixture';

let fixture: PreflightFixture;
beforeEach(async () => {
  fixture = await preflightFixture();
});
afterEach(() => fixture.dispose());

const report: PreflightFixture['report'] = (...given) => fixture.report(...given);
const check: PreflightFixture['check'] = (...given) => fixture.check(...given);
const web: PreflightFixture['web'] = (...given) => fixture.web(...given);

/** A registry on loopback, which the engine asks over plain HTTP. */
async function withRegistry(answer: RequestListener, use: (host: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await use(`localhost:${port}`);
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

describe('images', () => {
  it('tells size and age of one that is present', async () => {
    expect((await check(web(), `image:${fixture.image}`)).evidence).toMatch(
      /^Present, \d.* [KM]iB, .* old\.$/,
    );
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
    const id = `image:${fixture.project}-web`;
    expect((await check(built, id)).evidence).toContain('Dockerfile cannot be read');
    await writeFile(join(fixture.folder, 'Dockerfile'), `FROM ${fixture.image}\n`);
    expect((await check(built, id)).evidence).toContain(`${fixture.image}: present`);
    await writeFile(join(fixture.folder, 'Dockerfile'), 'FROM localhost:1/none:1\n');
    expect([(await check(built, id)).result]).toEqual(['fail']);
    const bases = 'x-bizosaas: { bases: { "localhost:1/none:1": { script: ./make.sh } } }\n';
    expect((await check(bases + built, id)).result).toBe('pass');
  });

  it('asks a registry that is out of reach once, whatever the number of images', async () => {
    const services = Array.from(
      { length: 12 },
      (_, index) => `  s${index}: { image: "localhost:1/none:${index}" }\n`,
    );
    const { checks, tookMs } = await report(`services:\n${services.join('')}`);
    const found = checks.filter((entry) => entry.group === 'images');
    expect(found.map((entry) => entry.result)).toEqual(Array.from({ length: 12 }, () => 'fail'));
    expect(found[0]?.evidence).toContain('connection refused');
    expect(tookMs).toBeLessThan(5000);
  });
});
