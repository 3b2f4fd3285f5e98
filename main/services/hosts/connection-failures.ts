/** The failures of one host's connection, in words that name it. */
import type { ErrorCode } from '../../../preload/contract';
import { DomainError, isDomainError } from '../errors';
import { type HostEndpoint, isSshEndpoint } from './host-endpoint';

/** CANCELLED: the person declined to answer. */
const PERSONAL: readonly ErrorCode[] = ['AUTH_REQUIRED', 'HOST_KEY_UNKNOWN', 'HOST_KEY_CHANGED', 'CANCELLED'];

export interface ConnectionFailures {
  from(error: unknown): DomainError;
  waitsForPerson(failure: DomainError): boolean;
  silence(afterMs: number): DomainError;
  linkLost(): DomainError;
  unsupported(reason: string): DomainError;
  withoutSsh(): DomainError;
}

export function failuresOf(host: Pick<HostEndpoint, 'id' | 'title' | 'endpoint'>): ConnectionFailures {
  const { id, title, endpoint } = host;

  function unavailable(detail: string, message: string): DomainError<'ENGINE_UNAVAILABLE'> {
    return new DomainError('ENGINE_UNAVAILABLE', { host: id, endpoint, detail }, message);
  }

  return {
    from(error) {
      if (isDomainError(error)) return error;
      const detail = error instanceof Error ? error.message : String(error);
      return unavailable(detail, `${title} can't be reached: ${detail}`);
    },
    waitsForPerson: ({ code }) => isSshEndpoint(endpoint) && PERSONAL.includes(code),
    silence(afterMs) {
      const detail = `no answer within ${afterMs / 1000} s. The engine hangs or the machine is overloaded.`;
      return unavailable(detail, `Docker Engine at ${endpoint} gives ${detail}`);
    },
    linkLost() {
      const detail = 'The SSH connection was lost.';
      return new DomainError('HOST_UNREACHABLE', { host: id, hop: 'tcp', detail }, `${title}: ${detail}`);
    },
    unsupported: (reason) => unavailable(reason, `${title} can't be used: ${reason}`),
    withoutSsh() {
      const detail = 'This host is not reached over SSH.';
      return new DomainError('CONFLICT', { what: id, detail }, `${title}: ${detail}`);
    },
  };
}
