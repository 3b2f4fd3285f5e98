/** One attempt to connect at a time, shared by the watch and by every caller. */
import { createDeferred } from '../../streams/deferred';
import type { DomainError } from '../errors';

export interface Attempts {
  /** Begins one unless one is under way. Answers its failure, or null. */
  whole(): Promise<DomainError | null>;
  /** Likewise, but over as soon as the engine has answered at all. */
  greeting(): Promise<DomainError | null>;
}

/** `connect` calls `greeted` once an engine answers that can be spoken to; what it says of itself comes later. */
export function createAttempts(connect: (greeted: () => void) => Promise<DomainError | null>): Attempts {
  let current: { outcome: Promise<DomainError | null>; greeting: Promise<null> } | null = null;

  function begin() {
    if (current !== null) return current;
    const greeting = createDeferred<null>();
    const outcome = connect(() => greeting.resolve(null)).finally(() => {
      current = null;
    });
    current = { outcome, greeting: greeting.promise };
    return current;
  }

  return {
    whole: () => begin().outcome,
    greeting() {
      const { outcome, greeting } = begin();
      return Promise.race([greeting, outcome]);
    },
  };
}
