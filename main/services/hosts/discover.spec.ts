import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoverHosts } from './discover';

describe('discovery', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'bz-home-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const discover = (environment: Record<string, string> = {}, ...destinations: string[]) => {
    const added = destinations.map((destination) => ({
      id: `ssh:${destination}`,
      title: destination,
      destination,
    }));
    return discoverHosts({ environment, homeDirectory: home, platform: 'linux', added });
  };

  async function writeContext(name: string, host: string, tls = false): Promise<string> {
    const folder = createHash('sha256').update(name).digest('hex');
    const meta = join(home, '.docker/contexts/meta', folder);
    await mkdir(meta, { recursive: true });
    const content = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
    await writeFile(join(meta, 'meta.json'), JSON.stringify(content));
    const directory = join(home, '.docker/contexts/tls', folder, 'docker');
    if (tls) {
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'ca.pem'), 'x');
    }
    return directory;
  }

  it('lists the default socket when nothing is configured', async () => {
    const { hosts, problems } = await discover();
    expect(hosts).toEqual([
      {
        id: 'socket:default',
        title: 'Local engine',
        source: 'socket',
        endpoint: 'unix:///var/run/docker.sock',
        tls: null,
        unsupported: null,
      },
    ]);
    expect(problems).toEqual([]);
  });

  it('prefers DOCKER_HOST, then the current context, and finds its certificates', async () => {
    const directory = await writeContext('remote', 'tcp://10.0.0.5:2376', true);
    await writeContext('another', 'tcp://10.0.0.6:2375');
    await writeFile(join(home, '.docker/config.json'), '{"currentContext":"remote"}');
    const { hosts } = await discover({ DOCKER_HOST: '10.0.0.7:2375' });
    expect(hosts.map((host) => host.id)).toEqual([
      'env:DOCKER_HOST',
      'context:remote',
      'context:another',
      'socket:default',
    ]);
    expect(hosts[0]?.endpoint).toBe('tcp://10.0.0.7:2375');
    expect(hosts[1]?.tls).toEqual({ directory, verify: true });
    const chosen = await discover({ DOCKER_CONTEXT: 'another' });
    expect(chosen.hosts[0]?.id).toBe('context:another');
  });

  it('shows one host per endpoint and knows the others by their id', async () => {
    await writeContext('same', 'unix:///var/run/docker.sock');
    const { hosts, aliases } = await discover({ DOCKER_HOST: 'unix:///var/run/docker.sock' });
    expect(hosts.map((host) => host.id)).toEqual(['env:DOCKER_HOST']);
    expect([...aliases]).toEqual([
      ['socket:default', 'env:DOCKER_HOST'],
      ['context:same', 'env:DOCKER_HOST'],
    ]);
  });

  it('lists hosts over SSH, and one that was added under the id of a context with the same endpoint', async () => {
    await writeContext('vps', 'ssh://me@example');
    await writeContext('nowhere', 'ssh://-oProxyCommand=evil');
    const { hosts, aliases } = await discover({}, 'me@example', 'other:2222');
    const listed = hosts.map(({ id, source, unsupported }) => ({ id, source, usable: unsupported === null }));
    expect(listed).toEqual([
      { id: 'socket:default', source: 'socket', usable: true },
      { id: 'context:nowhere', source: 'context', usable: false },
      { id: 'context:vps', source: 'context', usable: true },
      { id: 'ssh:other:2222', source: 'added', usable: true },
    ]);
    expect(aliases.get('ssh:me@example')).toBe('context:vps');
  });

  it('finds the rootless socket and uses TLS as the docker command does', async () => {
    await writeFile(join(home, 'docker.sock'), '');
    const { hosts } = await discover({
      XDG_RUNTIME_DIR: home,
      DOCKER_HOST: 'tcp://h:2376',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/certs',
    });
    expect(hosts.map((host) => host.id)).toEqual(['env:DOCKER_HOST', 'socket:default', 'socket:rootless']);
    expect(hosts[0]?.tls).toEqual({ directory: '/certs', verify: true });
  });

  it('goes on past files it cannot understand and names them', async () => {
    await mkdir(join(home, '.docker/contexts/meta/broken'), { recursive: true });
    await writeFile(join(home, '.docker/contexts/meta/broken/meta.json'), '{"Name":1}');
    await writeFile(join(home, '.docker/config.json'), 'not json');
    const { hosts, problems } = await discover();
    expect(hosts.map((host) => host.id)).toEqual(['socket:default']);
    expect(problems).toHaveLength(2);
    expect(problems.join()).toContain('config.json');
  });
});
