import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComposeProject, ComposeService } from '../compose-file/model';
import { sampleService } from '../compose-file/sample';
import { canonicalJson } from './canonical';
import { configHash, containerSpec, type SpecFacts } from './container-spec';

function service(sketch: Partial<ComposeService> = {}): ComposeService {
  return sampleService('web', { image: 'web:1', networks: { default: {} }, ...sketch });
}

function project(web: ComposeService): ComposeProject {
  return {
    name: 'shop',
    directory: '/srv/shop',
    files: ['/srv/shop/compose.yaml'],
    services: { web, db: service({ name: 'db' }) },
    networks: {
      default: { name: 'shop_default', extensions: {} },
      back: { name: 'shop_back', extensions: {} },
    },
    volumes: { data: { name: 'shop_data', extensions: {} } },
    secrets: {},
    configs: {},
    extensions: {},
  };
}

const facts: SpecFacts = {
  apiVersion: '1.41',
  number: 1,
  name: 'shop-web-1',
  imageId: 'sha256:aaaa',
  files: {},
  containerNameOf: (name) => `shop-${name}-1`,
};

function body(sketch: Partial<ComposeService>, over: Partial<SpecFacts> = {}): unknown {
  const web = service(sketch);
  return containerSpec(project(web), web, { ...facts, ...over }).body;
}

describe('containerSpec', () => {
  it.each<[string, Partial<ComposeService>, object]>([
    ['environment', { environment: { A: '1', B: null } }, { Env: ['A=1', 'B'] }],
    ['command', { command: ['a', 'b'], entrypoint: ['c'] }, { Cmd: ['a', 'b'], Entrypoint: ['c'] }],
    ['stop grace', { stop_grace_period: 1500 }, { StopTimeout: 2 }],
    [
      'health check in nanoseconds',
      { healthcheck: { test: ['CMD', 'x'], interval: 1000, timeout: 500, retries: 2, start_period: 3000 } },
      { Healthcheck: { Test: ['CMD', 'x'], Interval: 1e9, Timeout: 5e8, Retries: 2, StartPeriod: 3e9 } },
    ],
    ['health check off', { healthcheck: { disable: true } }, { Healthcheck: { Test: ['NONE'] } }],
    [
      'ports and expose',
      {
        ports: [{ target: 80, published: '8080', host_ip: '127.0.0.1', protocol: 'tcp', mode: 'ingress' }],
        expose: ['9000-9001'],
      },
      {
        ExposedPorts: { '80/tcp': {}, '9000/tcp': {}, '9001/tcp': {} },
        HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] } },
      },
    ],
    [
      'restart',
      { restart: 'on-failure:3' },
      { HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } } },
    ],
    [
      'deploy restart policy',
      { deploy: { restart_policy: { condition: 'any', max_attempts: 2 } } },
      { HostConfig: { RestartPolicy: { Name: 'always', MaximumRetryCount: 2 } } },
    ],
    [
      'deploy restart policy, over the older key',
      { restart: 'always', deploy: { restart_policy: { condition: 'none' } } },
      { HostConfig: { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } } },
    ],
    [
      'deploy limits win',
      { mem_limit: 1, cpus: 4, deploy: { resources: { limits: { memory: 512, cpus: 0.5, pids: 9 } } } },
      { HostConfig: { Memory: 512, NanoCpus: 5e8, PidsLimit: 9 } },
    ],
    [
      'named volume',
      { volumes: [{ type: 'volume', source: 'data', target: '/d', read_only: true }] },
      { HostConfig: { Mounts: [{ Type: 'volume', Source: 'shop_data', Target: '/d', ReadOnly: true }] } },
    ],
    [
      'bind',
      { volumes: [{ type: 'bind', source: '/a', target: '/b' }] },
      { HostConfig: { Binds: ['/a:/b:rw'] } },
    ],
    [
      'bind that must exist',
      { volumes: [{ type: 'bind', source: '/a', target: '/b', bind: { create_host_path: false } }] },
      { HostConfig: { Mounts: [{ Type: 'bind', Source: '/a', Target: '/b' }] } },
    ],
    [
      'tmpfs',
      { tmpfs: ['/run:size=1m', '/tmp'] },
      { HostConfig: { Tmpfs: { '/run': 'size=1m', '/tmp': '' } } },
    ],
    [
      'shared network',
      { network_mode: 'service:db', networks: {} },
      { HostConfig: { NetworkMode: 'container:shop-db-1' } },
    ],
    [
      'hosts',
      { extra_hosts: ['a=1.2.3.4', 'b:5.6.7.8'] },
      { HostConfig: { ExtraHosts: ['a:1.2.3.4', 'b:5.6.7.8'] } },
    ],
    [
      'ulimits',
      { ulimits: { nofile: { soft: 1, hard: 2 } } },
      { HostConfig: { Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }] } },
    ],
    [
      'devices',
      { devices: [{ source: '/dev/a', target: '/dev/b', permissions: 'rw' }] },
      {
        HostConfig: {
          Devices: [{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'rw' }],
        },
      },
    ],
    [
      'requests of devices',
      {
        deploy: {
          resources: {
            reservations: {
              devices: [
                { driver: 'nvidia', count: -1, capabilities: ['gpu'], options: { virtualization: 'false' } },
                { device_ids: ['0'], capabilities: ['gpu', 'tpu'] },
              ],
            },
          },
        },
      },
      {
        HostConfig: {
          DeviceRequests: [
            { Driver: 'nvidia', Count: -1, Capabilities: [['gpu']], Options: { virtualization: 'false' } },
            { DeviceIDs: ['0'], Capabilities: [['gpu', 'tpu']] },
          ],
        },
      },
    ],
    [
      'two networks, the one with priority first',
      { networks: { default: {}, back: { priority: 10, aliases: ['inner'] } } },
      {
        HostConfig: { NetworkMode: 'shop_back' },
        NetworkingConfig: {
          EndpointsConfig: {
            shop_back: { Aliases: ['shop-web-1', 'web', 'inner'] },
            shop_default: { Aliases: ['shop-web-1', 'web'] },
          },
        },
      },
    ],
  ])('translates %s', (_, sketch, expected) => {
    expect(body(sketch)).toMatchObject(expected);
  });

  it('sends StartInterval only to engines that know it', () => {
    const sketch = { healthcheck: { test: ['CMD', 'x'], start_interval: 100 } };
    expect(canonicalJson(body(sketch))).not.toContain('StartInterval');
    expect(body(sketch, { apiVersion: '1.44' })).toMatchObject({ Healthcheck: { StartInterval: 1e8 } });
  });

  it('carries the labels by which docker compose knows the project', () => {
    const depends_on = { db: { condition: 'service_healthy' as const, required: true, restart: false } };
    expect(body({ depends_on, labels: { mine: '1' } })).toMatchObject({
      Labels: {
        mine: '1',
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'web',
        'com.docker.compose.container-number': '1',
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.depends_on': 'db:service_healthy:false',
        'com.docker.compose.project.config_files': '/srv/shop/compose.yaml',
      },
    });
  });

  it('never writes a secret value into a label', () => {
    const secrets = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'abcdefXYZ0189') });
    fc.assert(
      fc.property(
        secrets,
        fc.constantFrom('DB_PASSWORD', 'JWT_SECRET', 'API_KEY', 'MY_TOKEN'),
        (secret, key) => {
          const marked = `zz${secret}zz`;
          const web = service({
            environment: { [key]: marked, DATABASE_URL: `postgres://app:${marked}@db/app` },
            command: ['redis-server', '--requirepass', marked],
          });
          const spec = containerSpec(project(web), web, facts);
          return !canonicalJson(spec.body.Labels).includes(marked);
        },
      ),
    );
  });
});

describe('configHash', () => {
  it('is the same for the same meaning, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
        const turned = Object.fromEntries(Object.entries(labels).reverse());
        const hashes = [labels, turned].map((one) => {
          const web = service({ labels: one });
          return configHash(project(web), web, facts);
        });
        return hashes[0] === hashes[1];
      }),
    );
  });

  it.each<[string, Partial<ComposeService>, Partial<SpecFacts>]>([
    ['environment', { environment: { A: '1' } }, {}],
    ['image id', {}, { imageId: 'sha256:bbbb' }],
    ['memory', { mem_limit: 1 }, {}],
    ['labels', { labels: { a: 'b' } }, {}],
    ['secret content', { secrets: [{ source: 's' }] }, { files: { 'secret:s': 'digest' } }],
  ])('moves with the %s', (_, sketch, over) => {
    const web = service(sketch);
    expect(configHash(project(web), web, { ...facts, ...over })).not.toBe(
      configHash(project(service()), service(), facts),
    );
  });

  it('stays when only what surrounds the container changes', () => {
    const plain = configHash(project(service()), service(), facts);
    const web = service({
      depends_on: { db: { condition: 'service_started', required: true, restart: false } },
      extensions: { 'x-bizosaas': { title: 'Other' } },
      profiles: ['a'],
    });
    const over = { ...facts, anonymousVolumes: { '/d': 'f'.repeat(64) }, bookkeeping: { x: 'y' } };
    expect(configHash(project(web), web, over)).toBe(plain);
  });
});
