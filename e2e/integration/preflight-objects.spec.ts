/** Pre-flight of names, networks, variables, secrets and volumes against the real engine. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eachPreflight, holder } from './preflight-fixture';

const on = eachPreflight();
const { report, check, web } = on;

describe('names', () => {
  it('fails a container name that another project holds', async () => {
    await holder(on.fixture, `${on.fixture.project}-web-1`, on.fixture.other);
    const found = await check(web(), `name:${on.fixture.project}-web-1`);
    expect([found.result, found.evidence]).toEqual([
      'fail',
      expect.stringContaining(`belongs to project ${on.fixture.other}`),
    ]);
  });

  it('fails an explicit name that belongs to nobody', async () => {
    await holder(on.fixture, `${on.fixture.project}-taken`, on.fixture.other, {
      Labels: { 'preflight.test': on.fixture.other },
    });
    const found = await check(
      web(`    container_name: ${on.fixture.project}-taken\n`),
      `name:${on.fixture.project}-taken`,
    );
    await on.fixture.session.engine.removeContainer(`${on.fixture.project}-taken`, {
      force: true,
      volumes: true,
    });
    expect([found.result, found.evidence]).toEqual([
      'fail',
      expect.stringContaining('belongs to no project'),
    ]);
  });

  it('fails a network of another project, and a subnet that overlaps one', async () => {
    const Labels = { 'com.docker.compose.project': on.fixture.other };
    const IPAM = { Config: [{ Subnet: '10.197.31.0/24' }] };
    await on.fixture.session.engine.createNetwork({ Name: `${on.fixture.project}_default`, Labels, IPAM });
    expect((await check(web(), `network:${on.fixture.project}_default`)).evidence).toContain(
      `belongs to project ${on.fixture.other}`,
    );
    const yaml = `${web('    networks: [back]\n')}networks:\n  back: { ipam: { config: [{ subnet: 10.197.0.0/16 }] } }\n`;
    const overlap = await check(yaml, `network:${on.fixture.project}_back`);
    expect([overlap.result, overlap.services]).toEqual(['fail', ['web']]);
    expect(overlap.evidence).toContain('10.197.31.0/24');
  });

  it('fails a name that the file gives twice', async () => {
    const name = `${on.fixture.project}-both`;
    const twin = `  too:\n    image: ${on.fixture.image}\n    container_name: ${name}\n`;
    const found = await check(web(`    container_name: ${name}\n`) + twin, `name:${name}`);
    expect([found.result, found.services]).toEqual(['fail', ['web', 'too']]);
  });

  it('passes the network of an earlier run, and warns when the file wants another driver', async () => {
    const name = `${on.fixture.project}_default`;
    expect(await check(web(), `network:${name}`)).toMatchObject({
      result: 'pass',
      evidence: 'Will be created.',
    });
    const Labels = {
      'com.docker.compose.project': on.fixture.project,
      'com.docker.compose.network': 'default',
    };
    await on.fixture.session.engine.createNetwork({ Name: name, Labels });
    expect(await check(web(), `network:${name}`)).toMatchObject({
      result: 'pass',
      evidence: 'Present, made for this project (driver bridge).',
    });
    const other = `${web()}networks:\n  default: { driver: ipvlan }\n`;
    expect(await check(other, `network:${name}`)).toMatchObject({
      result: 'warn',
      evidence: 'Present with driver bridge, the file asks for ipvlan.',
    });
  });

  it('asks for external networks', async () => {
    const yaml = (name: string): string =>
      `${web('    networks: [out]\n')}networks:\n  out: { external: true, name: ${name} }\n`;
    expect(
      (await check(yaml(`${on.fixture.project}-none`), `network:${on.fixture.project}-none`)).result,
    ).toBe('fail');
    expect((await check(yaml('bridge'), 'network:bridge')).result).toBe('pass');
  });
});

describe('variables and secrets', () => {
  it('warns of a variable without value or default', async () => {
    const found = await check(web('    environment: { A: $PREFLIGHT_UNSET }\n'), 'variable:PREFLIGHT_UNSET');
    expect([found.result, found.evidence]).toEqual(['warn', expect.stringContaining('compose.yaml:5')]);
  });

  it('tells secrets that are missing, given and to be generated', async () => {
    await writeFile(join(on.fixture.folder, 'given'), 'x');
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

describe('secrets and configs from elsewhere', () => {
  it('looks for the variable that gives one, and warns of one that only a swarm has', async () => {
    const yaml = `${web('    secrets: [unset]\n    configs: [motd, far]\n')}secrets:
  unset: { environment: PREFLIGHT_UNSET_SECRET }
configs:
  motd: { content: hello }
  far: { external: true, name: far }
`;
    const { checks } = await report(yaml);
    const found = checks.filter((entry) => /^(secret|config):/.test(entry.id));
    expect(found.map((entry) => [entry.id, entry.result])).toEqual([
      ['secret:unset', 'fail'],
      ['config:motd', 'pass'],
      ['config:far', 'warn'],
    ]);
    expect(found[0]?.evidence).toContain('PREFLIGHT_UNSET_SECRET is not set');
  });
});

describe('volumes', () => {
  const yaml = (): string => `${web('    volumes: ["data:/data"]\n')}volumes:\n  data: {}\n`;

  it('warns of data that an earlier run left, with size and age', async () => {
    await on.fixture.session.engine.createVolume({
      Name: `${on.fixture.project}_data`,
      Labels: { 'com.docker.compose.project': on.fixture.project },
    });
    const found = await check(yaml(), `volume:${on.fixture.project}_data`);
    expect([found.result, found.services]).toEqual(['warn', ['web']]);
    expect(found.evidence).toMatch(/^Left by an earlier run of this project: .*B, .* old\.$/);
    await holder(on.fixture, `${on.fixture.project}-web-1`, on.fixture.project);
    expect((await check(yaml(), 'volumes')).result).toBe('pass');
  });

  it('warns of a volume that is not the project’s, and fails a missing external one', async () => {
    await on.fixture.session.engine.createVolume({
      Name: `${on.fixture.project}_data`,
      Labels: { 'com.docker.compose.project': on.fixture.other },
    });
    expect((await check(yaml(), `volume:${on.fixture.project}_data`)).evidence).toContain(
      `belongs to project ${on.fixture.other}`,
    );
    const external = `${web('    volumes: ["out:/data"]\n')}volumes:\n  out: { external: true, name: ${on.fixture.project}-none }\n`;
    expect((await check(external, `volume:${on.fixture.project}-none`)).result).toBe('fail');
  });
});
