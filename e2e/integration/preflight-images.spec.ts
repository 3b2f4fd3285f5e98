/** Pre-flight of images against the real engine and a registry of our own on loopback. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRegistry } from '../support/registry';
import { eachPreflight } from './preflight-fixture';

const on = eachPreflight();
const { report, check, web } = on;

describe('images', () => {
  it('tells size and age of one that is present', async () => {
    expect((await check(web(), `image:${on.fixture.image}`)).evidence).toMatch(
      /^Present, \d.* [KM]iB, .* old\.$/,
    );
  });

  it('passes what a registry offers and fails what it does not, for the services that need it', async () => {
    await using registry = await startRegistry();
    const there = registry.offer('there', []);
    const gone = `${registry.host}/gone:1`;
    const yaml = `services:\n  a: { image: "${there}" }\n  b: { image: "${gone}" }\n`;
    const { checks } = await report(yaml);
    const found = checks.filter((entry) => entry.group === 'images');
    expect(found.map((entry) => [entry.id, entry.result, entry.services])).toEqual([
      [`image:${there}`, 'pass', ['a']],
      [`image:${gone}`, 'fail', ['b']],
    ]);
    expect(found[0]?.evidence).toBe('Not present; the registry offers it.');
    expect(found[1]?.evidence).toMatch(/cannot be pulled: .*manifest unknown/);
  });

  it('fails what a private registry keeps, and asks for a sign-in', async () => {
    await using registry = await startRegistry();
    const image = registry.offer('there', []);
    registry.login = 'me:secret';
    const found = await check(`services:\n  a: { image: "${image}" }\n`, `image:${image}`);
    expect(found).toMatchObject({ result: 'fail', evidence: expect.stringContaining('credentials') });
    expect(found.advice).toContain('sign in to the registry');
  });

  it('warns of a registry that stays silent, without holding up the rest', async () => {
    await using registry = await startRegistry({ silent: true });
    const { checks, tookMs } = await report(`services:\n  a: { image: "${registry.host}/slow:1" }\n`);
    expect(checks.find((entry) => entry.group === 'images')?.result).toBe('warn');
    expect(tookMs).toBeLessThan(10_000);
  });

  it('fails one that is not there and must not be pulled', async () => {
    const yaml = 'services:\n  a: { image: "localhost:1/none:1", pull_policy: never }\n';
    expect(await check(yaml, 'image:localhost:1/none:1')).toMatchObject({
      result: 'fail',
      evidence: 'Not present, and pull_policy forbids pulling.',
    });
  });

  it('warns of a build whose base an argument decides, and fails one without a folder', async () => {
    const built = (build: string): string => `services:\n  web: { build: ${build} }\n`;
    const id = `image:${on.fixture.project}-web`;
    await writeFile(join(on.fixture.folder, 'Dockerfile'), 'ARG BASE\nFROM $BASE\n');
    expect(await check(built('.'), id)).toMatchObject({
      result: 'warn',
      evidence: expect.stringContaining('depends on a build argument'),
    });
    expect(await check(built('./none'), id)).toMatchObject({
      result: 'fail',
      evidence: expect.stringContaining('is no folder'),
    });
  });

  it('judges whether an image can be built', async () => {
    const built = `services:\n  web: { build: . }\n`;
    const id = `image:${on.fixture.project}-web`;
    expect((await check(built, id)).evidence).toContain('Dockerfile cannot be read');
    await writeFile(join(on.fixture.folder, 'Dockerfile'), `FROM ${on.fixture.image}\n`);
    expect((await check(built, id)).evidence).toContain(`${on.fixture.image}: present`);
    await writeFile(join(on.fixture.folder, 'Dockerfile'), 'FROM localhost:1/none:1\n');
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
