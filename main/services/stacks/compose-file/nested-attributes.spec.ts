/** Nothing that a file may say is forgotten: every attribute of the schema is either applied or named as not. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { appliedServiceAttributes, unappliedServiceAttributes } from './attributes';
import { loadCompose } from './load/load';
import {
  appliedBuildAttributes,
  appliedDeployAttributes,
  unappliedNestedAttributes,
} from './nested-attributes';

interface Schema {
  properties?: Record<string, Schema> | undefined;
  oneOf?: Schema[] | undefined;
}
const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({ properties: z.record(z.string(), schema).optional(), oneOf: z.array(schema).optional() }),
);
const document = z.object({ definitions: z.object({ service: schema, deployment: schema }) });

function definitions() {
  const manifest = createRequire(import.meta.url).resolve('dclint/package.json');
  const file = path.join(path.dirname(manifest), 'schemas/compose.schema.json');
  return document.parse(JSON.parse(readFileSync(file, 'utf8'))).definitions;
}

function leaves(node: Schema | undefined, above: string[] = []): string[] {
  const inner = node?.properties;
  if (inner === undefined) return [above.join('.')];
  return Object.entries(inner).flatMap(([name, child]) => leaves(child, [...above, name]));
}

const nested = (prefix: string): string[] =>
  unappliedNestedAttributes
    .filter((one) => one.path.startsWith(prefix))
    .map((one) => one.path.slice(prefix.length));
const times = (attribute: string, applied: ReadonlySet<string>, unapplied: string[]): number =>
  Number(applied.has(attribute)) +
  unapplied.filter((one) => one === attribute || attribute.startsWith(`${one}.`)).length;

describe('every attribute of the schema is in one table', () => {
  const { service, deployment } = definitions();
  const build = service.properties?.build?.oneOf?.find(({ properties }) => properties !== undefined);
  it.each([
    [
      'service',
      Object.keys(service.properties ?? {}),
      appliedServiceAttributes,
      [...unappliedServiceAttributes.keys()],
    ],
    ['build', Object.keys(build?.properties ?? {}), appliedBuildAttributes, nested('build.')],
    ['deploy', leaves(deployment), appliedDeployAttributes, nested('deploy.')],
  ])('%s', (_, attributes, applied, unapplied) => {
    expect(attributes.length).toBeGreaterThan(applied.size);
    expect(attributes.filter((attribute) => times(attribute, applied, unapplied) !== 1)).toEqual([]);
    expect([...applied].filter((attribute) => !attributes.includes(attribute))).toEqual([]);
  });
});

describe('what is not applied', () => {
  it('is named wherever it stands, and what asks for nothing is not', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'compose-warnings-'));
    const file = path.join(folder, 'compose.yaml');
    await writeFile(file, EVERYTHING);
    const { warnings } = await loadCompose({ files: [file], environment: {}, projectName: 'p' });
    await rm(folder, { recursive: true });
    expect(warnings.map(({ path: at, line }) => `${line} ${at}`).sort()).toEqual(EXPECTED.sort());
    expect(warnings[0]?.message).toMatch(/^services\.web\.\S+ is not applied: .+\.$/);
  });
});

const EVERYTHING = `services:
  web:
    build: { context: ., cache_from: [x], platforms: [linux/amd64] }
    deploy:
      mode: global
      resources: { reservations: { cpus: "1", memory: 1m, devices: [{ capabilities: [gpu] }] } }
      restart_policy: { condition: any, delay: 5s, window: 5s }
    ports:
      - "80:80"
      - { target: 81, mode: host, app_protocol: http }
    secrets:
      - key
      - { source: key, target: b, uid: nobody, gid: "100" }
    volumes:
      - { type: bind, source: /tmp, target: /a, bind: { recursive: disabled } }
      - { type: volume, source: data, target: /b, volume: { labels: { a: b } } }
  plain: { image: x, deploy: { mode: replicated }, networks: { n: { gw_priority: 1 } } }
volumes: { data: {} }
networks: { n: { enable_ipv4: true }, m: { enable_ipv4: false } }
secrets:
  key: { file: ./key, labels: { a: b } }
`;
const EXPECTED = [
  '3 services.web.build.cache_from',
  '3 services.web.build.platforms',
  '5 services.web.deploy.mode',
  '6 services.web.deploy.resources.reservations.cpus',
  '7 services.web.deploy.restart_policy.delay',
  '7 services.web.deploy.restart_policy.window',
  '10 services.web.ports.1.app_protocol',
  '10 services.web.ports.1.mode',
  '13 services.web.secrets.1.uid',
  '15 services.web.volumes.0.bind.recursive',
  '16 services.web.volumes.1.volume.labels',
  '17 services.plain.networks.n.gw_priority',
  '19 networks.m.enable_ipv4',
  '21 secrets.key.labels',
];
