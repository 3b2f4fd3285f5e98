import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { DomainError } from '../errors';
import type { HostSession } from '../hosts/host-session';
import { createWay, type Place } from './way';

const place: Place = { address: '172.18.0.2', port: 80 };
const silent = () =>
  new DomainError('TIMEOUT', { operation: 'Reach the engine', afterMs: 4000 }, 'no answer');
const away = () => new DomainError('HOST_UNREACHABLE', { host: 'vps', hop: 'tcp', detail: '' }, 'away');

function wayOver(...looks: (Error | Place[])[]) {
  const socket = new PassThrough();
  const session = { connectTcp: vi.fn(async () => socket) };
  const places = vi.fn(async () => {
    const look = looks.shift();
    if (look === undefined || look instanceof Error) throw look ?? new Error('looked once too often');
    return look;
  });
  const hosts = { session: vi.fn(async () => session as Partial<HostSession> as HostSession) };
  return { socket, hosts, way: createWay({ hosts, hostId: 'vps', places }) };
}

describe('the way to a forwarded service', () => {
  it('is waited for while the link is lost, and while the engine behind a silent one does not answer', async () => {
    const { way, socket, hosts } = wayOver(silent(), away(), [place]);
    expect(await way.connect(new AbortController().signal)).toBe(socket);
    expect(hosts.session).toHaveBeenCalledTimes(3);
  });

  it('ends at once when the service does not run', async () => {
    const { way, hosts } = wayOver(new DomainError('NOT_FOUND', { kind: 'container', name: 'web' }, 'none'));
    await expect(way.connect(new AbortController().signal)).rejects.toThrow();
    expect(hosts.session).toHaveBeenCalledOnce();
  });
});
