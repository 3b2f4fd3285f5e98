/** One attempt to connect at a time, shared by the watch and by every caller. */
import { createDeferred } from '../../streams/deferred';
import type { DomainError } from '../errors';

export interface Attempts {
  /** Begins one unless one is under way. Answers its failure, or null. */
  whole(): Promise<DomainError | null>;
  /** Likewise, but over as soon as the engine has answered at all; the rest waits until somebody wants the whole. */
  greeting(): Promise<DomainError | null>;
}

export interface Stages {
  /** To be called once an engine answers that can be spoken to. */
  greeted(): void;
  /** Resolves when somebody wants to know what the engine says of itself: it starts programs to find out. */
  wanted: Promise<void>;
}

export function createAttempts(connect: (stages: Stages) => Promise<DomainError | null>): Attempts {
  let current: ReturnType<typeof start> | null = null;

  function start() {
    const greeting = createDeferred<null>();
    const wanted = createDeferred<void>();
    const stages = { greeted: () => greeting.resolve(null), wanted: wanted.promise };
    const outcome = connect(stages).finally(() => {
      current = null;
    });
    return { outcome, greeting: greeting.promise, want: () => wanted.resolve() };
  }

  function begin() {
    current ??= start();
    return current;
  }

  return {
    whole() {
      const { outcome, want } = begin();
      want();
      return outcome;
    },
    greeting() {
      const { outcome, greeting } = begin();
      return Promise.race([greeting, outcome]);
    },
  };
}
