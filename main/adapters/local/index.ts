/** A host whose engine is reached without a tunnel: a socket of this machine, or TCP with or without TLS. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { DomainError } from '../../services/errors';
import type { HostSession } from '../../services/hosts/host-session';
import { createEngine, type RegistryAuth } from '../engine-api';
import { createCgroupReader } from './cgroup-stats';
import { connectTcp } from './connect';
import { type Endpoint, parseEndpoint, readTls, type TlsFiles } from './endpoint';
import { availableMemory, freeDisk } from './machine';
import { portOwner } from './port-owner';
import { createRegistryAuth } from './registry-auth';
import { run } from './run';

export interface LocalSessionOptions {
  hostId: string;
  /** `unix://…`, `npipe://…` or `tcp://host:port`. */
  endpoint: string;
  /** Handed to programs that are run; DOCKER_HOST and its kin are read by services/hosts, not here. */
  environment: Record<string, string | undefined>;
  /** Certificates of a TCP endpoint. */
  tls?: TlsFiles | null;
}

/** Rejects nothing itself: the first call connects. Throws INVALID_INPUT for an endpoint it can't read. */
export function createLocalSession(options: LocalSessionOptions): HostSession {
  const tls = options.tls ? readTls(options.tls) : undefined;
  const place = parseEndpoint(options.endpoint, tls !== undefined);
  const { hostId, endpoint, environment } = options;
  const { socketPath, host, port, onThisMachine } = place;
  const statsReader = onThisMachine ? createCgroupReader() : undefined;
  const registryAuth = localRegistryAuth(environment);
  const engine = createEngine({ hostId, endpoint, socketPath, host, port, tls, statsReader, registryAuth });
  const machine = onThisMachine ? thisMachine(environment) : otherMachine(place);
  return { hostId, endpoint, engine, ...machine, [Symbol.asyncDispose]: async () => engine.close() };
}

/** Credentials of this machine's Docker configuration, handed to whichever engine pulls. */
export function localRegistryAuth(environment: Record<string, string | undefined>): RegistryAuth {
  return createRegistryAuth(dockerDirectory(environment), environment);
}

/** Programs of this machine, whichever host the caller is about. */
export function localPrograms(environment: Record<string, string | undefined>): HostSession['run'] {
  return (command, args, signal) => run(command, args, environment, signal);
}

function dockerDirectory({ DOCKER_CONFIG, HOME, USERPROFILE }: Record<string, string | undefined>): string {
  return DOCKER_CONFIG || join(HOME || USERPROFILE || homedir(), '.docker');
}

type MachineCalls = Pick<HostSession, 'run' | 'connectTcp' | 'freeDisk' | 'availableMemory' | 'portOwner'>;

function thisMachine(environment: Record<string, string | undefined>): MachineCalls {
  return {
    run: localPrograms(environment),
    connectTcp,
    freeDisk,
    availableMemory,
    portOwner,
  };
}

const LOOPBACK_OR_ANY = /^(localhost|127(\.\d+){3}|::1|0\.0\.0\.0|::|)$/;

/**
 * An engine behind plain TCP offers no way onto its machine: programs can't be run, and what cannot
 * be known is answered with null. Ports published on every address are reached under the engine's own name.
 */
function otherMachine(place: Endpoint): MachineCalls {
  const name = place.host ?? '';
  const through = (address: string) => (LOOPBACK_OR_ANY.test(address) ? name : address);
  const connectThere = (address: string, port: number, signal?: AbortSignal): Promise<Duplex> =>
    connectTcp(through(address), port, signal);
  return {
    async run(command) {
      const detail = `${command} can't be run: a TCP endpoint gives access to the engine only.`;
      throw new DomainError('HOST_UNREACHABLE', { host: name, hop: 'program', detail }, detail);
    },
    connectTcp: connectThere,
    freeDisk: async () => null,
    availableMemory: async () => null,
    async portOwner(hostIp, port, signal) {
      const socket = await connectThere(hostIp, port, signal).catch(() => null);
      socket?.destroy();
      return { listening: socket !== null, process: null };
    },
  };
}
