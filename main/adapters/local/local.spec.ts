import { describe, expect, it } from 'vitest';
import { collides, parseListening } from '../../words/listening';
import { createLocalSession } from '.';
import { parseCounters, parseTraffic } from './cgroup-stats';
import { parseEndpoint } from './endpoint';

describe('endpoint', () => {
  it.each([
    ['unix:///var/run/docker.sock', false, { socketPath: '/var/run/docker.sock', onThisMachine: true }],
    [
      'npipe:////./pipe/docker_engine',
      false,
      { socketPath: '\\\\.\\pipe\\docker_engine', onThisMachine: true },
    ],
    ['tcp://10.0.0.5', true, { host: '10.0.0.5', port: 2376, onThisMachine: false }],
    ['tcp://localhost:99', false, { host: 'localhost', port: 99, onThisMachine: true }],
    ['tcp://[::1]:2375', false, { host: '::1', port: 2375, onThisMachine: true }],
  ])('reads %s', (text, secured, expected) => {
    expect(parseEndpoint(text, secured)).toEqual(expected);
  });

  it.each(['', 'ssh://x', 'unix://', 'tcp://:x'])('refuses "%s" by name', (text) => {
    expect(() => parseEndpoint(text, false)).toThrowError(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('does not run programs of this machine in the name of another', async () => {
    const session = createLocalSession({ hostId: 'h', endpoint: 'tcp://192.0.2.77:2375', environment: {} });
    await expect(session.run('true', [])).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    expect(await session.freeDisk('/')).toBeNull();
    expect(await session.availableMemory()).toBeNull();
    await session[Symbol.asyncDispose]();
  });
});

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0
   1: 0100007F:1538 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0`;

describe('listening ports', () => {
  const [loopback, anyAddress] = parseListening(TCP);

  it('reads who listens and leaves connections out', () => {
    expect(parseListening(TCP)).toEqual([
      { address: '0100007F', port: 5432, inode: '4711' },
      { address: '00000000', port: 80, inode: '4713' },
    ]);
  });

  it('collides on the same address or when either takes all of them', () => {
    if (!loopback || !anyAddress) throw new Error('the table was not read');
    expect(collides(loopback, '127.0.0.1')).toBe(true);
    expect(collides(loopback, '127.0.0.2')).toBe(false);
    expect(collides(loopback, '0.0.0.0')).toBe(true);
    expect(collides(anyAddress, '10.1.2.3')).toBe(true);
    const mapped = { ...loopback, address: '0000000000000000FFFF00000100007F' };
    expect(collides(mapped, '127.0.0.1')).toBe(true);
  });
});

describe('kernel counters', () => {
  it('reads name and value lines', () => {
    expect(parseCounters('cache 12\ninactive_file 4096\n').get('inactive_file')).toBe(4096);
  });

  it('sums the interfaces and leaves loopback out', () => {
    const text = `Inter-|   Receive                    |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes packets
    lo:     100       1    0    0    0     0          0         0      100       1    0 0 0 0 0 0
  eth0:    1000      10    0    0    0     0          0         0      200       2    0 0 0 0 0 0
  eth1:      24       1    0    0    0     0          0         0        8       2    0 0 0 0 0 0`;
    expect(parseTraffic(text)).toEqual({ receivedBytes: 1024, transmittedBytes: 208 });
  });
});
