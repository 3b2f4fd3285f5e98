/**
 * Where container addresses can't be reached, as with Docker Desktop, services are probed through their published
 * ports. Here the kernel refuses this machine the way into one network of the test's own; what the engine forwards passes.
 */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openHealthBench, untilState, well } from '../support/health-bench';

const run = promisify(execFile);
const PORT = 8080;
/** First three octets. */
const subnet = `10.251.${randomInt(1, 250)}`;
let bench: Bench;

function refuse(action: '-I' | '-D'): Promise<unknown> {
  const direct = ['-d', `${subnet}.0/24`, '-m', 'conntrack', '!', '--ctstate', 'DNAT'];
  const answer = ['-j', 'REJECT', '--reject-with', 'icmp-host-unreachable'];
  return run('iptables', ['-w', action, 'OUTPUT', ...direct, ...answer]);
}

async function start(service: string, published: boolean): Promise<void> {
  const { engine } = bench.session;
  const labels = {
    'com.docker.compose.project': bench.project,
    'com.docker.compose.service': service,
    'com.docker.compose.container-number': '1',
  };
  const bindings = { [`${PORT}/tcp`]: [{ HostIp: `${subnet}.1`, HostPort: '' }] };
  const body = {
    Image: bench.image,
    Cmd: ['sh', '-c', `echo '${JSON.stringify(well)}' > /www/health; exec httpd -f -p ${PORT} -h /www`],
    Labels: labels,
    StopTimeout: 1,
    ExposedPorts: { [`${PORT}/tcp`]: {} },
    HostConfig: { NetworkMode: `${bench.project}_far`, PortBindings: published ? bindings : {} },
  };
  const { id } = await engine.createContainer({ name: `${bench.project}-${service}-1`, body });
  await engine.startContainer(id);
}

beforeAll(async () => {
  bench = await openHealthBench({ web: {}, inner: {} });
  await bench.session.engine.createNetwork({
    Name: `${bench.project}_far`,
    Labels: { 'com.docker.compose.project': bench.project },
    IPAM: { Config: [{ Subnet: `${subnet}.0/24`, Gateway: `${subnet}.1` }] },
  });
  await refuse('-I');
  await start('web', true);
});
afterAll(async () => {
  await refuse('-D');
  await bench.dispose();
});

describe('a host whose container addresses cannot be reached', () => {
  it('has a healthy service judged through its published port, and says so', async () => {
    const { addresses, ports } = await bench.session.engine.inspectContainer(`${bench.project}-web-1`);
    const address = addresses[`${bench.project}_far`] ?? '';
    const soon = AbortSignal.timeout(500);
    await expect(bench.session.connectTcp(address, PORT, soon)).rejects.toThrow(address);
    const row = await untilState(bench, 'web', 'healthy');
    const published = ports.find(({ target }) => target === PORT)?.published;
    expect(row.verdict.evidence).toMatchObject({
      status: 200,
      target: `GET http://${subnet}.1:${published}/health`,
    });
  });

  it('does not call a service unhealthy that publishes no port: it says that it was not asked', async () => {
    await untilState(bench, 'web', 'healthy');
    await start('inner', false);
    const row = await untilState(bench, 'inner', 'running');
    expect(row.verdict.reason).toBe('is up; there is no way to probe it from here');
    expect(await bench.health.probes(bench.on, 'inner')).toEqual([]);
  });
});
