import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCompose } from '../main/services/stacks/compose-file';
import { EXTENSION_KEY, serviceExtensionSchema } from '../main/services/stacks/extension';
import { healthGates, isCheckedByFile } from '../main/services/stacks/plan/health-gates';
import { coresOf, memoryOf, portVariables, readPort, readStack, type StackService } from './stack-file';

/** The assessment's table: published port and inner port of each service. */
const PORTS: Record<string, [published: number, inner: number]> = {
  postgres: [5432, 5432],
  redis: [6379, 6379],
  'central-hub': [8001, 8001],
  auth: [8007, 8007],
  'ai-agents': [8010, 8002],
  saleor: [8000, 8000],
  temporal: [8009, 8009],
  'sql-admin': [8005, 8005],
  wagtail: [8002, 4000],
  superset: [8088, 8088],
  'client-portal': [3000, 3000],
  bizoholic: [3001, 3000],
  coreldove: [3002, 3000],
  'bizosaas-admin': [3003, 3000],
  'business-directory': [3004, 3004],
  'analytics-dashboard': [3009, 3009],
};
const LOOPBACK_ONLY = ['postgres', 'redis', 'sql-admin'];
const HOST_CORES = 8;
/** 16 GB less one for the host itself. */
const HOST_MIB = 15 * 1024;
const SANDBOX_MIB = 1.5 * 1024;

const bizosaas = readStack('bizosaas');
const sandbox = readStack('sandbox');
const stacks = [bizosaas, sandbox];

const extensionOf = (service: StackService) => service[EXTENSION_KEY];
const entriesOf = (stack: typeof bizosaas, unit?: string) =>
  Object.entries(stack.services).filter(([, service]) => !unit || extensionOf(service).unit === unit);
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** Everything that has to be up before this service, at any distance. */
function allBefore(stack: typeof bizosaas, name: string, path: string[] = []): Set<string> {
  expect(path, `${name} waits for itself`).not.toContain(name);
  const direct = Object.keys(stack.services[name]?.depends_on ?? {});
  return new Set([...direct, ...direct.flatMap((next) => [...allBefore(stack, next, [...path, name])])]);
}

describe.each(stacks)('$name', (stack) => {
  it('has the 16 services of the assessment', () => {
    const ids = entriesOf(stack, 'service').map(([id]) => id);
    expect(ids.toSorted()).toEqual(Object.keys(PORTS).toSorted());
  });

  it('publishes the ports of the assessment, each by a variable named after the service', () => {
    for (const [id, expected] of Object.entries(PORTS)) {
      const ports = stack.services[id]?.ports.map(readPort) ?? [];
      expect(
        ports.map(({ published, inner }) => [published, inner]),
        id,
      ).toEqual([expected]);
    }
    const variables = portVariables(stack.text);
    expect(variables).toHaveLength(sum(entriesOf(stack).map(([, { ports }]) => ports.length)));
    for (const id of Object.keys(PORTS))
      expect(variables).toContain(`${id.toUpperCase().replaceAll('-', '_')}_PORT`);
  });

  it('is read by the console without a warning, variables inside x-bizosaas included', async () => {
    const file = fileURLToPath(
      new URL(`${stack === sandbox ? 'sandbox' : 'bizosaas'}/compose.yaml`, import.meta.url),
    );
    const { project, warnings } = await loadCompose({ files: [file], environment: {} });
    expect(warnings).toEqual([]);
    expect(Object.keys(project.services).toSorted()).toEqual(Object.keys(stack.services).toSorted());
    for (const [id, service] of entriesOf(stack))
      expect(serviceExtensionSchema.parse(project.services[id]?.extensions[EXTENSION_KEY]), id).toEqual(
        extensionOf(service),
      );
    const gates = healthGates(project);
    expect(gates.length).toBeGreaterThan(0);
    for (const { service } of gates) expect(isCheckedByFile(service), service.name).toBe(true);
  });

  it('never publishes one port twice', () => {
    const published = entriesOf(stack).flatMap(([, { ports }]) =>
      ports.map((port) => readPort(port).published),
    );
    expect(new Set(published).size).toBe(published.length);
  });

  it('keeps the data stores and SQL on loopback', () => {
    for (const id of LOOPBACK_ONLY)
      expect(stack.services[id]?.ports.map((port) => readPort(port).address)).toEqual(['127.0.0.1']);
  });

  it('probes the port that the service listens on', () => {
    for (const [id, service] of entriesOf(stack, 'service'))
      expect(extensionOf(service).probe?.port, id).toBe(PORTS[id]?.[1]);
  });

  it('puts every service into a known tier', () => {
    const tiers = stack[EXTENSION_KEY].tiers.map(({ id }) => id);
    for (const [id, service] of entriesOf(stack)) expect(tiers, id).toContain(extensionOf(service).tier);
  });

  it('waits only for what exists, can be waited for, and comes in an earlier or the same tier', () => {
    const tiers = stack[EXTENSION_KEY].tiers.map(({ id }) => id);
    for (const [id, service] of entriesOf(stack))
      for (const [name, { condition }] of Object.entries(service.depends_on)) {
        const target = stack.services[name];
        if (!target) throw new Error(`${id} waits for ${name}, which does not exist`);
        expect(extensionOf(target).unit === 'job', `${id} → ${name}`).toBe(
          condition === 'service_completed_successfully',
        );
        const [own, before] = [extensionOf(service).tier, extensionOf(target).tier].map((tier) =>
          tiers.indexOf(tier),
        );
        expect(before, `${id} → ${name}`).toBeLessThanOrEqual(own ?? -1);
      }
  });

  it('starts SQL admin after everything that makes tables', () => {
    const before = allBefore(stack, 'sql-admin');
    for (const id of ['postgres', 'central-hub', 'auth', 'saleor', 'wagtail', 'superset'])
      expect(before).toContain(id);
  });

  it('has no circle of dependencies', () => {
    for (const [id] of entriesOf(stack)) allBefore(stack, id);
  });

  it('checks the health of everything that keeps running, without curl', () => {
    for (const [id, service] of entriesOf(stack)) {
      const runs = extensionOf(service).unit !== 'job';
      expect(service.healthcheck !== undefined, id).toBe(runs);
      expect(service.restart, id).toBe(runs ? 'unless-stopped' : 'no');
      expect(service.healthcheck?.test.join(' ') ?? '', id).not.toContain('curl');
    }
  });

  it('keeps data in volumes: every one declared is mounted, every mount is a declared one', () => {
    const mounted = entriesOf(stack).flatMap(([, { volumes }]) =>
      volumes.map((volume) => volume.split(':')[0]),
    );
    expect(new Set(mounted)).toEqual(new Set(Object.keys(stack.volumes)));
    expect(stack.services.postgres?.volumes).toContain('postgres-data:/var/lib/postgresql/data');
    expect(stack.services.redis?.volumes).toContain('redis-data:/data');
  });

  it('names no credential in an address', () => {
    const credentials = [...stack.text.matchAll(/:\/\/[^\s/"':@]*:([^\s/"'@]*)@/g)].map((match) => match[1]);
    for (const credential of credentials) expect(credential).toMatch(/^\{[a-z_]+\}$/);
  });

  it('gives secrets by name or by path only', () => {
    for (const [id, service] of entriesOf(stack))
      for (const [name, value] of Object.entries(service.environment)) {
        if (name.startsWith('FROM_SECRET_'))
          expect([...service.secrets, '/var/lib/saleor-keys/rsa.pem']).toContain(value);
        else if (name.startsWith('URL_FROM_SECRET_'))
          for (const [, secret] of value.matchAll(/\{(\w+)\}/g)) expect(service.secrets).toContain(secret);
        else if (name.endsWith('_FILE')) expect(value).toMatch(/^\/run\/secrets\//);
        else expect(name, `${id} ${name}`).not.toMatch(/PASS|PWD|SECRET|TOKEN(?!_EXPIRE)|_KEY|CREDENTIAL/);
      }
  });
});

describe('the platform', () => {
  it('fits 8 cores and 16 GB, its jobs included', () => {
    const services = Object.values(bizosaas.services);
    expect(sum(services.map(coresOf))).toBeLessThanOrEqual(HOST_CORES);
    expect(sum(services.map(memoryOf))).toBeLessThanOrEqual(HOST_MIB);
  });

  it('has the companions and the jobs of a complete stack', () => {
    expect(entriesOf(bizosaas, 'companion').map(([id]) => id)).toEqual([
      'temporal-server',
      'temporal-ui',
      'saleor-worker',
      'saleor-dashboard',
      'directory-api',
    ]);
    expect(entriesOf(bizosaas, 'job').map(([id]) => id)).toEqual([
      'databases',
      'saleor-migrate',
      'wagtail-migrate',
      'superset-setup',
    ]);
  });

  it('takes its own images from one registry by variable and pins all others', () => {
    const images = [...bizosaas.text.matchAll(/^ {4}image: (.+)$/gm)].map((match) => match[1] ?? '');
    expect(images).toHaveLength(Object.keys(bizosaas.services).length);
    for (const image of images)
      expect(image).toMatch(
        /^(\$\{BIZOSAAS_REGISTRY:-[^}]+\}\/[a-z-]+:\$\{BIZOSAAS_TAG:-staging\}|[a-z./-]+:[v\d][\w.-]*)$/,
      );
  });

  it('declares exactly the secrets that are used, and makes all but the one only a person has', () => {
    const used = new Set(entriesOf(bizosaas).flatMap(([, { secrets }]) => secrets));
    expect(used).toEqual(new Set(Object.keys(bizosaas.secrets)));
    const given = Object.entries(bizosaas.secrets).filter(([, secret]) => !secret[EXTENSION_KEY]);
    expect(given).toEqual([['openai_api_key', { file: '/dev/null' }]]);
    for (const [name, { file }] of Object.entries(bizosaas.secrets))
      if (name !== 'openai_api_key') expect(file).toBe(`./.secrets/${name}`);
  });

  it('keeps uploads and keys across a recreate', () => {
    expect(bizosaas.services.saleor?.volumes).toContain('saleor-media:/app/media');
    expect(bizosaas.services.wagtail?.volumes).toContain('wagtail-media:/app/media');
    expect(bizosaas.services['directory-api']?.volumes).toContain('directory-media:/app/media');
  });

  it('sends the Host that auth and Wagtail insist on', () => {
    for (const id of ['auth', 'wagtail']) {
      const service = bizosaas.services[id];
      const host = service && extensionOf(service).probe?.host;
      expect(service?.environment.ALLOWED_HOSTS?.split(',')).toContain(host);
    }
  });
});

describe('the sandbox', () => {
  it('says that it is one', () => {
    expect(sandbox[EXTENSION_KEY].sandbox).toBe(true);
    expect(bizosaas[EXTENSION_KEY].sandbox).toBe(false);
  });

  it('fits 1.5 GB, its jobs included', () => {
    expect(sum(Object.values(sandbox.services).map(memoryOf))).toBeLessThanOrEqual(SANDBOX_MIB);
  });

  it('listens on loopback only', () => {
    for (const [id, { ports }] of entriesOf(sandbox))
      for (const port of ports) expect(readPort(port).address, id).toBe('127.0.0.1');
  });

  it('has the titles, tiers, sides and order of tiers of the platform', () => {
    const look = (stack: typeof bizosaas) =>
      Object.fromEntries(
        Object.keys(PORTS).map((id) => {
          const service = stack.services[id];
          const extension = service && extensionOf(service);
          return [id, { title: extension?.title, tier: extension?.tier, side: extension?.side }];
        }),
      );
    expect(look(sandbox)).toEqual(look(bizosaas));
    const used = new Set(sandbox[EXTENSION_KEY].tiers.map(({ id }) => id));
    expect(sandbox[EXTENSION_KEY].tiers).toEqual(
      bizosaas[EXTENSION_KEY].tiers.filter(({ id }) => used.has(id)),
    );
  });
});
