import { DomainError } from '../../services/errors';

/** What `ssh -G` prints: every setting under its name in lower case, values in the order they are tried. */
export interface Effective {
  values: Map<string, string[]>;
  /** Settings that were passed over, in words. */
  notes: string[];
}

export function first({ values }: Effective, name: string): string | undefined {
  return values.get(name)?.[0];
}

/** A configuration that can't be used; `place` is file and line where they are known. */
export function badConfiguration(place: string, detail: string): DomainError<'INVALID_INPUT'> {
  const where = place === '' ? 'The SSH configuration' : `The SSH configuration ${place}`;
  const field = place === '' ? 'ssh configuration' : place;
  return new DomainError('INVALID_INPUT', { field, detail }, `${where} can't be used: ${detail}.`);
}
