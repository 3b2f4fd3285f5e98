import { DomainError } from '../../../errors';
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
