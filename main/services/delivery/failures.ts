/** What a delivery fails with: what, where, why and what to do next. */
import { formatBytes } from '../../words/quantities';
import { DomainError } from '../errors';

export const DISK_FULL = /no space left on device/i;

const LAST_WORDS = 400;

export function refused(what: string, said: string): DomainError<'CONFLICT'> {
  const words = said.trim().slice(-LAST_WORDS);
  const detail = `The host could not ${what}: ${words || 'it gave no reason'}`;
  return new DomainError('CONFLICT', { what, detail }, detail);
}

export function foreignStaging(folder: string): DomainError<'CONFLICT'> {
  const detail = `${folder} on the host belongs to another account or is a link. Remove it there, then deliver again.`;
  return new DomainError('CONFLICT', { what: folder, detail }, detail);
}

export function diskFull(
  reference: string,
  { mount, freeBytes, neededBytes }: { mount: string; freeBytes: number; neededBytes: number },
): DomainError<'CONFLICT'> {
  const detail = `${mount || 'the disk'} on the host has ${formatBytes(freeBytes)} free, and ${formatBytes(neededBytes)} are needed`;
  const advice = 'Free space there, for example with: docker image prune. Then deliver again.';
  const message = `Image ${reference} was not delivered: ${detail}. ${advice}`;
  return new DomainError('CONFLICT', { what: `delivery of ${reference}`, detail }, message);
}

export function wrongDigest(reference: string, name: string): DomainError<'CONFLICT'> {
  const detail = `${name} has another digest on the host than here, twice in a row`;
  const message = `Image ${reference} was not delivered: ${detail}. The disk of the host may be damaged.`;
  return new DomainError('CONFLICT', { what: `delivery of ${reference}`, detail }, message);
}

export function notLoaded(reference: string, said: string): DomainError<'CONFLICT'> {
  const detail = `the host's engine did not take it: ${said.trim().slice(-LAST_WORDS) || 'it gave no reason'}`;
  const message = `Image ${reference} was not delivered: ${detail}`;
  return new DomainError('CONFLICT', { what: `delivery of ${reference}`, detail }, message);
}

export function nothingHere(reference: string): DomainError<'NOT_FOUND'> {
  const message = `Image ${reference} is not on this machine's engine, so it cannot be delivered. Build or pull it here first.`;
  return new DomainError('NOT_FOUND', { kind: 'image', name: reference }, message);
}

export function stopped(
  reference: string,
  kept: { bytes: number; folder: string },
): DomainError<'CANCELLED'> {
  const rest =
    kept.bytes > 0
      ? ` ${formatBytes(kept.bytes)} stay in ${kept.folder} on the host for the next try, at most a day.`
      : '';
  const operation = `delivery of ${reference}`;
  return new DomainError('CANCELLED', { operation }, `The ${operation} was cancelled.${rest}`);
}
