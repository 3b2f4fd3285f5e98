import { describe, expect, it } from 'vitest';
import { DomainError } from '../../errors';
import { isEngineLost, takenPort } from './explain';

describe('takenPort', () => {
  it.each([
    [
      'driver failed programming external connectivity on endpoint x (abc): Bind for 0.0.0.0:5432 failed: port is already allocated',
      '0.0.0.0',
      5432,
    ],
    [
      'Error starting userland proxy: listen tcp4 127.0.0.1:80: bind: address already in use',
      '127.0.0.1',
      80,
    ],
    ['Error starting userland proxy: listen tcp6 [::]:443: bind: address already in use', '::', 443],
    ['failed to bind host port 0.0.0.0:8080/tcp: address already in use', '0.0.0.0', 8080],
  ])('finds the port in %s', (text, hostIp, port) => {
    expect(takenPort(text)).toEqual({ hostIp, port });
  });

  it('finds none elsewhere', () => {
    expect(takenPort('no such image: a:5432')).toBeNull();
  });
});

describe('isEngineLost', () => {
  it('tells a daemon that goes away from one that refuses', () => {
    const rejected = (status: number, detail: string) =>
      new DomainError('ENGINE_REJECTED', { status, operation: 'x', detail }, detail);
    expect(
      isEngineLost(new DomainError('ENGINE_UNAVAILABLE', { host: 'h', endpoint: 'e', detail: 'd' }, 'm')),
    ).toBe(true);
    expect(isEngineLost(rejected(500, 'the daemon is shutting down'))).toBe(true);
    const containerd = 'dial unix /run/containerd/containerd.sock: connect: connection refused';
    expect(isEngineLost(rejected(500, `connection error: ${containerd}`))).toBe(true);
    expect(isEngineLost(rejected(500, 'port is already allocated'))).toBe(false);
    const registry = 'Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused';
    expect(isEngineLost(rejected(500, registry))).toBe(false);
    expect(isEngineLost(rejected(400, 'shutting down'))).toBe(false);
  });

  it('counts a lost link, and one that only a person can make again, but no refusal of a service', () => {
    const link = { host: 'h', hop: 'link', detail: 'd' };
    expect(isEngineLost(new DomainError('HOST_UNREACHABLE', link, 'm'))).toBe(true);
    const key = { host: 'h', fingerprint: 'f', revoked: false, known: [] };
    expect(isEngineLost(new DomainError('HOST_KEY_CHANGED', key, 'm'))).toBe(true);
    expect(isEngineLost(new DomainError('CONFLICT', { what: 'w', detail: 'd' }, 'm'))).toBe(false);
  });
});
