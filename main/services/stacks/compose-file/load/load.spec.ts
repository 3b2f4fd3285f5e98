/** What the reference prints nothing about: warnings, the list of variables, what profiles leave out. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadOptions } from '../model';
import { loadCompose } from './load';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'compose-load-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function load(text: string, options: Partial<LoadOptions> = {}) {
  const file = path.join(directory, 'compose.yaml');
  await writeFile(file, text);
  return loadCompose({ files: [file], environment: {}, projectName: 'p', ...options });
}

describe('loading', () => {
  it('warns of every attribute that is not applied, at its place', async () => {
    const { warnings } = await load(
      'services:\n  web:\n    image: x\n    links: [db]\n    deploy:\n      placement: {max_replicas_per_node: 1}\n  db: {image: y}\n',
    );
    expect(warnings.map(({ path: at, line, column }) => [at, line, column])).toEqual([
      ['services.web.links', 4, 5],
      ['services.web.deploy.placement', 6, 7],
    ]);
  });

  it('warns of an x-bizosaas that is not valid, at the part that is wrong', async () => {
    const { warnings } = await load(
      [
        'services:',
        '  web:',
        '    image: x',
        '    x-bizosaas:',
        '      title: Web',
        '      tier: front',
        '      side: front',
        '      probe:',
        '        kind: http',
        '        port: 80000',
        '  db: {image: y, x-bizosaas: {tier: data, side: data}}',
        '  plain: {image: y, x-bizosaas: , secrets: [key]}',
        '  right: {image: y, x-bizosaas: {title: R, tier: t, side: back}, x-other: 1}',
        'secrets:',
        '  key: {file: ./key, x-bizosaas: {generate: {bytes: 1}}}',
      ].join('\n'),
    );
    expect(warnings.map(({ path: at, line, column }) => [at, line, column])).toEqual([
      ['services.web.x-bizosaas', 10, 9],
      ['services.db.x-bizosaas', 11, 18],
      ['services.plain.x-bizosaas', 12, 21],
      ['secrets.key.x-bizosaas', 15, 46],
    ]);
    expect(warnings[0]?.message).toMatch(
      /^services\.web\.x-bizosaas is not applied: probe\.port is not valid \(.*65535.*\)\.$/,
    );
    expect(warnings[2]?.message).toContain('is not applied: it is not valid (');
  });

  it('warns of a variable that is not set and has no default', async () => {
    const { warnings, project } = await load('services: {web: {image: "x:${TAG}"}}\n');
    expect(project.services.web?.image).toBe('x:');
    expect(warnings).toEqual([expect.objectContaining({ path: 'services.web.image', line: 1, column: 30 })]);
  });

  it('lists every variable with its place, value and whether it is needed', async () => {
    const text =
      'services:\n  web:\n    image: ${IMAGE:?name it}\n    hostname: a-${HOST:-b}\n    user: $WHO\n';
    const { variables } = await load(text, { environment: { IMAGE: 'i' } });
    expect(
      variables.map(({ name, required, hasDefault, value, place }) => [
        name,
        required,
        hasDefault,
        value,
        place.line,
        place.column,
      ]),
    ).toEqual([
      ['IMAGE', true, false, 'i', 3, 14],
      ['HOST', false, true, null, 4, 19],
      ['WHO', false, false, null, 5, 12],
    ]);
  });

  it('leaves out an optional dependency whose profile is off', async () => {
    const text =
      'services:\n  web: {image: x, depends_on: {dbg: {condition: service_started, required: false}}}\n  dbg: {image: y, profiles: [debug]}\n';
    expect((await load(text)).project.services.web?.depends_on).toEqual({});
    const on = await load(text, { profiles: ['debug'] });
    expect(Object.keys(on.project.services.web?.depends_on ?? {})).toEqual(['dbg']);
  });

  it('knows two mounts on one path of the container, however it is written', async () => {
    const text = `services:
  web:
    image: x
    volumes: ["data:/data", { type: volume, source: data, target: /a/../data/, read_only: true }]
volumes: { data: {} }
`;
    expect((await load(text)).project.services.web?.volumes).toEqual([
      { type: 'volume', source: 'data', target: '/data', read_only: true },
    ]);
  });

  it('refuses a project name that is asked for and is none', async () => {
    const refused = load('services: {a: {image: x}}\n', { projectName: 'My Shop' });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('keeps numbers, durations and sizes in the units of the model', async () => {
    const text =
      'services:\n  web:\n    image: x\n    mem_limit: 1.5g\n    stop_grace_period: 1m30s\n    cpus: "0.5"\n    shm_size: 64kb\n    healthcheck: {test: "true", interval: 250ms}\n';
    expect((await load(text)).project.services.web).toMatchObject({
      mem_limit: 1_610_612_736,
      stop_grace_period: 90_000,
      cpus: 0.5,
      shm_size: 65_536,
      healthcheck: { interval: 250, test: ['CMD-SHELL', 'true'] },
    });
  });
});
