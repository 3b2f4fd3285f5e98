import { DomainError, hasCode } from '../../../errors';
import { excerptOf, type Origin, placeOf } from './tree';

/** An error that points at the words that are wrong. */
export function invalidCompose(
  origin: Origin,
  detail: string,
  options?: ErrorOptions,
): DomainError<'INVALID_COMPOSE'> {
  const place = placeOf(origin);
  const data = { ...place, excerpt: excerptOf(origin), detail };
  return new DomainError(
    'INVALID_COMPOSE',
    data,
    `${place.file}:${place.line}:${place.column}: ${detail}`,
    options,
  );
}

/** The files themselves are wrong or gone; a name or an engine that is asked for wrongly is another matter. */
export function isUnreadable(error: unknown): error is DomainError<'INVALID_COMPOSE' | 'NOT_FOUND'> {
  return hasCode(error, 'INVALID_COMPOSE') || (hasCode(error, 'NOT_FOUND') && error.data.kind !== 'stack');
}
