/** Turns what the driver and the engine say into the console's closed set of failures. */
import { cancelled, DomainError, isDomainError } from '../../services/errors';

export interface EngineLabel {
  hostId: string;
  /** For messages: `unix:///var/run/docker.sock`. */
  endpoint: string;
  /** Why the tunnel to the engine is down; null while it stands. It outranks what a cut request says. */
  tunnelFailure?: () => DomainError | null;
}

const ADVICE: Record<string, string> = {
  ENOENT: 'The socket does not exist. Start Docker Engine, or choose another host.',
  ECONNREFUSED: 'Nothing listens there. Start Docker Engine, or choose another host.',
  EACCES:
    'This user may not open the socket. Add the user to the group "docker" and sign in again, or run as a user who may.',
  EPERM: 'This user may not open the socket.',
  ENOTFOUND: 'The host name is not known. Check the address of the host.',
  EAI_AGAIN: 'The host name could not be looked up. Check the network connection.',
  ETIMEDOUT: 'No answer. Check the network connection and the firewall of the host.',
  EHOSTUNREACH: 'There is no route to the host. Check the network connection.',
  ENETUNREACH: 'There is no route to the host. Check the network connection.',
  ECONNRESET: 'The connection was lost. Docker Engine may be restarting.',
  EPIPE: 'The connection was lost. Docker Engine may be restarting.',
  ERR_STREAM_PREMATURE_CLOSE: 'The connection was lost. Docker Engine may be restarting.',
  HPE_INVALID_CONSTANT: 'What answers there does not speak HTTP. Check the endpoint.',
};
const TLS_ADVICE = 'The secured connection could not be made. Check the certificates of the context.';
const OTHER_ADVICE = 'Check that Docker Engine runs and can be reached.';

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function adviceFor(code: string): string {
  if (/TLS|SSL|CERT|UNABLE_TO|SELF_SIGNED/.test(code)) return TLS_ADVICE;
  return ADVICE[code] ?? OTHER_ADVICE;
}

export function unavailable(label: EngineLabel, operation: string, cause: unknown): DomainError {
  const down = label.tunnelFailure?.();
  if (down) return down;
  const said = cause instanceof Error ? cause.message : String(cause);
  const detail = `${operation}: ${said}. ${adviceFor(errorCode(cause))}`;
  return new DomainError(
    'ENGINE_UNAVAILABLE',
    { host: label.hostId, endpoint: label.endpoint, detail },
    `Docker Engine at ${label.endpoint} does not answer. ${detail}`,
    { cause },
  );
}

export function timedOut(label: EngineLabel, operation: string, afterMs: number): DomainError<'TIMEOUT'> {
  return new DomainError(
    'TIMEOUT',
    { operation, afterMs },
    `Docker Engine at ${label.endpoint} gave no answer to "${operation}" within ${Math.round(afterMs / 1000)} s.`,
  );
}

/** What a status outside 2xx means. `subject` is what the call was about, for NOT_FOUND and CONFLICT. */
export function rejected(
  operation: string,
  status: number,
  detail: string,
  subject: { kind: string; name: string },
): DomainError {
  const message = `${operation}: ${detail || `the engine answered ${status}`}`;
  if (status === 404) return new DomainError('NOT_FOUND', subject, message);
  if (status === 409)
    return new DomainError('CONFLICT', { what: `${subject.kind} ${subject.name}`.trim(), detail }, message);
  return new DomainError('ENGINE_REJECTED', { status, operation, detail }, message);
}

/** Aborts become CANCELLED, failures that already have a code stay, everything else is the connection's. */
export function translate(
  label: EngineLabel,
  operation: string,
  error: unknown,
  signal?: AbortSignal,
): DomainError {
  if (signal?.aborted) return cancelled(operation);
  return isDomainError(error) ? error : unavailable(label, operation, error);
}
