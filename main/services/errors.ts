/** The services' own failures. Codes and data are the contract's; rpc/errors turns them into wire errors. */
import type { ErrorCode, ErrorData, Failure } from '../../preload/contract';

export class DomainError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'DomainError';
  constructor(
    readonly code: C,
    readonly data: ErrorData<C>,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Narrowing that survives bundling into several chunks, where `instanceof` may meet two classes. */
export function isDomainError(error: unknown): error is DomainError {
  return error instanceof Error && error.name === 'DomainError' && 'code' in error && 'data' in error;
}

export function hasCode<C extends ErrorCode>(error: unknown, code: C): error is DomainError<C> {
  return isDomainError(error) && error.code === code;
}

/** The engine or the link to its machine is away: nothing can be done there, and it may answer by itself again. */
export function isAway(error: unknown): boolean {
  return hasCode(error, 'ENGINE_UNAVAILABLE') || hasCode(error, 'HOST_UNREACHABLE');
}

/** Plain data for tasks, journals and JSON output. Unknown errors become INTERNAL with their message. */
export function toFailure(error: unknown): Failure {
  if (isDomainError(error)) return { code: error.code, message: error.message, data: { ...error.data } };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message, data: { id: 'unlogged' } };
}

export function cancelled(operation: string): DomainError<'CANCELLED'> {
  return new DomainError('CANCELLED', { operation }, `${operation} was cancelled.`);
}
