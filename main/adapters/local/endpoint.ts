/** What a Docker endpoint such as `unix:///var/run/docker.sock` or `tcp://10.0.0.5:2376` means. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../services/errors';
import type { TlsMaterial } from '../engine-api';

export interface Endpoint {
  socketPath?: string;
  host?: string;
  port?: number;
  /** False when the engine's machine is another one than this. */
  onThisMachine: boolean;
}

const PLAIN_PORT = 2375;
const TLS_PORT = 2376;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

function invalid(endpoint: string): DomainError<'INVALID_INPUT'> {
  const detail = 'expected unix://, tcp://, http://, https:// or npipe:// and an address';
  return new DomainError('INVALID_INPUT', { field: 'endpoint', detail }, `${endpoint}: ${detail}.`);
}

function tcpEndpoint(endpoint: string, secured: boolean): Endpoint {
  const address = endpoint.replace(/^tcp:/, 'http:');
  if (!URL.canParse(address)) throw invalid(endpoint);
  const url = new URL(address);
  const port = Number(url.port) || (secured ? TLS_PORT : PLAIN_PORT);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port, onThisMachine: LOOPBACK.test(url.hostname) };
}

export function parseEndpoint(endpoint: string, secured: boolean): Endpoint {
  const [scheme = '', rest = ''] = endpoint.split('://', 2);
  if (!rest) throw invalid(endpoint);
  if (scheme === 'unix') return { socketPath: rest, onThisMachine: true };
  if (scheme === 'npipe') return { socketPath: rest.replaceAll('/', '\\'), onThisMachine: true };
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') return tcpEndpoint(endpoint, secured);
  throw invalid(endpoint);
}

export interface TlsFiles {
  /** Holds ca.pem, cert.pem and key.pem; those that are missing are left out. */
  directory: string;
  verify: boolean;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export function readTls(files: TlsFiles): TlsMaterial {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) =>
    readIfThere(join(files.directory, name)),
  );
  return { ca, cert, key, verify: files.verify };
}
