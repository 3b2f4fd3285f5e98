import type { Stack } from '../../../../preload/contract';
import { toFailure } from '../../errors';

export type Identity = Pick<Stack, 'project' | 'title' | 'sandbox'>;

interface Reading {
  identity: Identity | null;
  lastReadAt: number | null;
  /** Null while the files can be read. */
  badSince: number | null;
}

/** What every stack's files said last, and since when they can't be read: a broken file must not rename its stack. */
export interface Readings {
  read(stackId: string, identity: Identity): void;
  failed(stackId: string, error: unknown): { identity: Identity | null; unreadable: Stack['unreadable'] };
}

export function createReadings(now: () => number): Readings {
  const known = new Map<string, Reading>();
  return {
    read(stackId, identity) {
      known.set(stackId, { identity, lastReadAt: now(), badSince: null });
    },
    failed(stackId, error) {
      const before = known.get(stackId) ?? { identity: null, lastReadAt: null, badSince: null };
      const since = before.badSince ?? now();
      known.set(stackId, { ...before, badSince: since });
      const { identity, lastReadAt } = before;
      return { identity, unreadable: { failure: toFailure(error), since, lastReadAt } };
    },
  };
}
