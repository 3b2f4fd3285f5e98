import { describe, expect, it } from 'vitest';
import type { ContainerDetail, StatsSample } from '../hosts/engine';
import { routesTo } from './routes';
import { usageBetween } from './usage';

const sample = (over: Partial<StatsSample>): StatsSample => ({
  ...{
    at: 0,
    cpuTotalNs: 0,
    systemCpuNs: null,
    onlineCpus: 4,
    memoryBytes: 5,
    memoryLimitBytes: null,
    receivedBytes: 0,
    transmittedBytes: 0,
  },
  ...over,
});

describe('usage between two samples', () => {
  it('is a share of one core, by wall time or by the host', () => {
    const before = sample({});
    expect(usageBetween(before, sample({ at: 2000, cpuTotalNs: 3e9 })).cpuPercent).toBe(150);
    const byHost = usageBetween(
      sample({ systemCpuNs: 0 }),
      sample({ at: 2000, cpuTotalNs: 1e9, systemCpuNs: 8e9 }),
    );
    expect(byHost.cpuPercent).toBe(50);
    expect(usageBetween(before, sample({ at: 500, receivedBytes: 1000 })).receiveBytesPerSecond).toBe(2000);
  });

  it('leaves gaps where there is nothing to compare with: the first sample and a restart', () => {
    const gaps = {
      cpuPercent: null,
      receiveBytesPerSecond: null,
      transmitBytesPerSecond: null,
      memoryBytes: 5,
    };
    expect(usageBetween(undefined, sample({ at: 9 }))).toMatchObject(gaps);
    const high = sample({ cpuTotalNs: 9, receivedBytes: 9, transmittedBytes: 9 });
    expect(usageBetween(high, sample({ at: 1000 }))).toMatchObject(gaps);
  });
});

describe('ways to a port', () => {
  const container = (addresses: Record<string, string>, hostIp = '0.0.0.0') => {
    const ports = [{ hostIp, published: 18001, target: 8001, protocol: 'tcp' }];
    const detail: Pick<ContainerDetail, 'addresses' | 'ports'> = { addresses, ports };
    return detail;
  };

  it('prefer the bridge, with the published port behind it', () => {
    expect(routesTo(container({ net: '172.18.0.4' }), 8001)).toEqual([
      { kind: 'inside', address: '172.18.0.4', port: 8001 },
      { kind: 'published', address: '127.0.0.1', port: 18001 },
    ]);
    expect(routesTo(container({ net: '172.18.0.4' }), 9)).toHaveLength(1);
    expect(routesTo(container({ net: '' }, '10.0.0.1'), 8001)).toEqual([
      { kind: 'published', address: '10.0.0.1', port: 18001 },
    ]);
    expect(routesTo(container({ host: '' }), 8001)).toEqual([
      { kind: 'inside', address: '127.0.0.1', port: 8001 },
    ]);
    expect(routesTo(container({}), 9)).toEqual([]);
  });
});
