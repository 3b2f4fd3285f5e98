import type { ContainerDetail } from '../hosts/engine';

/** One way to a port inside a container. */
export interface Route {
  kind: 'inside' | 'published';
  address: string;
  port: number;
}

const ANY_ADDRESS = new Set(['', '0.0.0.0', '::']);

/** Bridge address first; a published port is the way round where bridges can't be reached (Docker Desktop). */
export function routesTo(container: Pick<ContainerDetail, 'addresses' | 'ports'>, port: number): Route[] {
  if ('host' in container.addresses) return [{ kind: 'inside', address: '127.0.0.1', port }];
  const address = Object.values(container.addresses).find((known) => known !== '');
  const inside: Route[] = address ? [{ kind: 'inside', address, port }] : [];
  const binding = container.ports.find(
    (known) => known.target === port && known.protocol === 'tcp' && known.published > 0,
  );
  if (!binding) return inside;
  const loopback = ANY_ADDRESS.has(binding.hostIp) ? '127.0.0.1' : binding.hostIp;
  return [...inside, { kind: 'published', address: loopback, port: binding.published }];
}
